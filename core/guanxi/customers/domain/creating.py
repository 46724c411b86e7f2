"""Create one customer in as few statements as it takes: the row with its identities, then event
and audit with the commit.

A path for programs that send one call per customer, hundreds a second; ``bulk.py`` is for many
at once. The database itself says whether an identity is taken or an owner does not exist, so
nothing is read beforehand as long as everything is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final, NoReturn
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.custom_values import checked_custom
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import IdentityTaken, no_such_owner
from guanxi.customers.domain.identities import Identity
from guanxi.customers.domain.lookup import Key, holders_of, key_of, visible
from guanxi.customers.domain.rows import (
    CUSTOMER_COLUMNS,
    CUSTOMERS,
    IDENTITIES,
    IDENTITY_COLUMNS,
    NewCustomer,
    audited,
    identity_rows,
    prepare,
)
from guanxi.customers.domain.tagging import make_known
from guanxi.db import write_context
from guanxi.db.inserting import Rows, insert_rows
from guanxi.errors import Conflict
from guanxi.events.vocabulary import CustomerCreated
from guanxi.plugins import dispatch

HOOK: Final = "check_customer"
_KIND_AND_SOURCE: Final = attrgetter("kind", "source")


def create_customer(session: Session, draft: CustomerDraft, *, now: datetime) -> NewCustomer:
    """Create a customer (客户).

    :raises InvalidCustomer: a field that does not do.
    :raises IdentityTaken: another customer has one of the identities; it says which one.
    :raises Refused: a plugin said no.
    """
    if draft.custom:
        draft = replace(draft, custom=checked_custom(session, draft.custom, draft.kind))
    customer = prepare(draft, now=now)
    ask_plugins(session, customer)
    _insert(session, customer, now)
    if draft.tags:
        make_known(session, customer.tags)
    announce(session, [customer])
    return customer


def announce(session: Session, customers: Sequence[NewCustomer]) -> None:
    """Append the events and the audit entries of new customers."""
    for (kind, source), alike in groupby(customers, _KIND_AND_SOURCE):
        created = CustomerCreated(customer_kind=kind, source=source)
        events.append_alike(session, created, [one.id for one in alike])
    for one in customers:
        audit.record(session, "customer.created", ("customer", one.id), after=audited(one))


def ask_plugins(session: Session, customer: NewCustomer) -> None:
    """Let plugins look at a new customer.

    :raises Refused: a plugin said no.
    """
    dispatcher = write_context(session).dispatcher
    if dispatcher is not None and dispatcher.implementations(HOOK):
        dispatch.check(session, HOOK, customer=None, changes=dict(audited(customer)))


def _insert(session: Session, customer: NewCustomer, now: datetime) -> None:
    try:
        written = insert_rows(
            session,
            Rows(CUSTOMERS, CUSTOMER_COLUMNS, [customer.row]),
            Rows(IDENTITIES, IDENTITY_COLUMNS, identity_rows(customer, now), skip_existing=True),
        )
    except IntegrityError as error:
        explain(error)
    if written < len(customer.identities):
        _refuse_taken(session, customer)


def explain(error: IntegrityError) -> NoReturn:
    """Turn what PostgreSQL refused into a sentence about the field.

    :raises InvalidCustomer: the owner does not exist.
    :raises IntegrityError: it was something else, a defect of ours.
    """
    if isinstance(error.orig, ForeignKeyViolation):
        broken = error.orig.diag.constraint_name or ""
        if broken.endswith("_users"):
            raise no_such_owner() from error
    raise error


def _refuse_taken(session: Session, customer: NewCustomer) -> NoReturn:
    # Taken back at once, so that whoever catches the error commits no half of a customer.
    session.execute(delete(IDENTITIES).where(IDENTITIES.c.customer_id == customer.id))
    session.execute(delete(CUSTOMERS).where(CUSTOMERS.c.id == customer.id))
    identities = customer.identity_values
    refuse_taken(session, identities, holders_of(session, identities))
    raise Conflict("The same identity is just being given to another customer. Try again.")


def refuse_taken(
    session: Session, identities: Sequence[Identity], holders: Mapping[Key, UUID]
) -> None:
    """Refuse the first of ``identities`` that somebody holds.

    :raises IdentityTaken: it names the holder if the session may see them.
    """
    for identity in identities:
        holder = holders.get(key_of(identity))
        if holder is not None:
            seen = visible(session, [holder])
            raise IdentityTaken(identity, holder if seen else None)
