"""Give identities to a customer and take them away."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.changing import announce_change, require_version, touch
from guanxi.customers.domain.creating import refuse_taken
from guanxi.customers.domain.drafts import MAX_IDENTITIES, checked_identities
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.identities import Identity
from guanxi.customers.domain.lookup import (
    holders_of,
    identities_of,
    identity_of,
    key_of,
    living_customer,
)
from guanxi.customers.domain.rows import IDENTITIES, IDENTITY_COLUMNS, identity_row, label
from guanxi.customers.domain.stored_tokens import refresh_tokens
from guanxi.customers.models import Customer, CustomerIdentity
from guanxi.db.inserting import Rows, insert_rows
from guanxi.errors import Conflict, NotFound
from guanxi.ids import new_id
from guanxi.plugins import dispatch


def add_identity(
    session: Session, customer_id: UUID, identity: Identity, *, now: datetime
) -> Customer:
    """Give a customer one more identity; one that it has already changes nothing.

    :raises IdentityTaken: another customer has it.
    :raises InvalidCustomer: it has too many.
    """
    customer = living_customer(session, customer_id)
    add_identities(session, customer, [identity], now=now)
    return customer


def add_identities(
    session: Session, customer: Customer, identities: Sequence[Identity], *, now: datetime
) -> None:
    """As :func:`add_identity`, for a customer that is loaded and locked."""
    stored = _stored(session, customer)
    had = {key_of(one) for one in stored}
    new = [one for one in checked_identities(identities) if key_of(one) not in had]
    _set(session, customer, stored, [*stored, *new], now)


def replace_identities(
    session: Session,
    customer_id: UUID,
    identities: Sequence[Identity],
    *,
    expected_version: int | None = None,
    now: datetime,
) -> Customer:
    """Make ``identities`` all that a customer has; those that stay keep their ids and dates.

    :raises PreconditionFailed: somebody changed the customer since.
    :raises IdentityTaken: another customer has one of them.
    """
    customer = living_customer(session, customer_id)
    require_version(customer, expected_version)
    _set(session, customer, _stored(session, customer), checked_identities(identities), now)
    return customer


def remove_identity(
    session: Session, customer_id: UUID, identity_id: UUID, *, now: datetime
) -> Customer:
    """Take one identity away.

    :raises NotFound: the customer has no such identity.
    """
    customer = living_customer(session, customer_id)
    row = session.scalars(
        select(CustomerIdentity).where(
            CustomerIdentity.id == identity_id, CustomerIdentity.customer_id == customer.id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("This customer has no such identity.")
    stored = _stored(session, customer)
    kept = [one for one in stored if key_of(one) != (row.kind, row.source, row.value)]
    _set(session, customer, stored, kept, now)
    return customer


def remove_labelled(
    session: Session, customer: Customer, labels: Collection[str], *, now: datetime, action: str
) -> bool:
    """Take away those identities whose audit labels are given; return whether there were any.

    :param action: how the audit log calls it.
    """
    stored = _stored(session, customer)
    kept = [one for one in stored if label(one) not in labels]
    _set(session, customer, stored, kept, now, action=action)
    return len(kept) < len(stored)


def set_verified(
    session: Session, customer_id: UUID, identity_id: UUID, *, verified: bool, now: datetime
) -> Customer:
    """Note that an identity was proved to be the customer's own, or no longer is.

    :raises NotFound: the customer has no such identity.
    """
    customer = living_customer(session, customer_id)
    for row in identities_of(session, [customer.id])[customer.id]:
        if row.id == identity_id:
            break
    else:
        raise NotFound("This customer has no such identity.")
    if row.verified != verified:
        row.verified = verified
        touch(customer, now)
        name = label(identity_of(row))
        audit.record(
            session,
            "customer.identity_verified",
            ("customer", customer.id),
            before={name: not verified},
            after={name: verified},
        )
        announce_change(session, customer.id, ("identities",))
    return customer


def _stored(session: Session, customer: Customer) -> list[Identity]:
    rows = identities_of(session, [customer.id])[customer.id]
    return [identity_of(row) for row in rows]


def _set(
    session: Session,
    customer: Customer,
    stored: Sequence[Identity],
    wanted: Sequence[Identity],
    now: datetime,
    *,
    action: str = "customer.changed",
) -> None:
    if len(wanted) > MAX_IDENTITIES:
        raise InvalidCustomer(
            "At most %(limit)s identities.", field="identities", limit=MAX_IDENTITIES
        )
    had, has = {key_of(one) for one in stored}, {key_of(one) for one in wanted}
    if had == has:
        return
    before, after = [label(one) for one in stored], [label(one) for one in wanted]
    dispatch.check(session, "check_customer", customer=customer, changes={"identities": after})
    _remove(session, customer, [one for one in stored if key_of(one) not in has])
    _insert(session, customer, [one for one in wanted if key_of(one) not in had], now)
    touch(customer, now)
    refresh_tokens(session, [customer.id])
    announce_change(session, customer.id, ("identities",))
    audit.record(
        session,
        action,
        ("customer", customer.id),
        before={"identities": before},
        after={"identities": after},
    )


def _remove(session: Session, customer: Customer, gone: Sequence[Identity]) -> None:
    for kind, source, value in map(key_of, gone):
        session.execute(
            delete(IDENTITIES).where(
                IDENTITIES.c.customer_id == customer.id,
                IDENTITIES.c.kind == kind,
                IDENTITIES.c.source == source,
                IDENTITIES.c.value == value,
            )
        )


def _insert(session: Session, customer: Customer, new: Sequence[Identity], now: datetime) -> None:
    refuse_taken(session, new, holders_of(session, new))
    rows = [identity_row(new_id(), customer.id, one, now) for one in new]
    if insert_rows(session, Rows(IDENTITIES, IDENTITY_COLUMNS, rows, skip_existing=True)) < len(
        rows
    ):
        raise Conflict("The same identity is just being given to another customer. Try again.")
