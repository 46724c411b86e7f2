"""Create many customers at once: an import's chunk, or up to 1,000 of an API call.

The same rules as in ``creating.py``, but what the rows refer to is read once for all of them,
and they go in by COPY. A row that cannot be created gets its error; the others go in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi.access.models import User
from guanxi.customers.domain import creating
from guanxi.customers.domain.custom_values import check_values, fields_by_key
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
    identity_rows,
    prepare,
)
from guanxi.customers.domain.tagging import make_known
from guanxi.customers.models import CustomField
from guanxi.db import write_context
from guanxi.db.inserting import Rows, insert_rows
from guanxi.errors import Conflict, GuanxiError

Result = NewCustomer | GuanxiError
"""What became of one draft."""

_UNIQUE: Final = itemgetter(*map(IDENTITY_COLUMNS.index, ("kind", "source", "value")))
_ATTEMPTS: Final = 5
"""Others may take the same identities meanwhile; more often than this is a defect."""


class RepeatedInBatch(Conflict):
    """Two entries of one call or file name the same identity; ``first`` counts from 0."""

    code = "repeated_in_batch"

    def __init__(self, identity: Identity, first: int) -> None:
        super().__init__(
            "%(value)s stands in entry %(number)s of the same list already.",
            value=identity.display,
            number=first + 1,
        )
        self.first = first


def create_customers(
    session: Session,
    drafts: Sequence[CustomerDraft],
    *,
    now: datetime,
    import_id: UUID | None = None,
    ready: Sequence[Result | None] = (),
    free: bool = False,
) -> list[Result]:
    """Create ``drafts``; the list tells for each of them, in order, what became of it.

    Results are the new customer, or the error that ``create_customer`` would have raised for
    that draft. Of two drafts with the same identity the first is created.

    :param import_id: the import that these rows belong to, so that it can be undone.
    :param ready: what :func:`make_ready` made of them beforehand, for those that have it.
    :param free: the caller has just looked: nobody has their identities.
    """
    batch = _Batch(_prepared(session, drafts, ready, now, import_id))
    _refuse_repeated(batch)
    _refuse_unknown_owners(session, batch)
    if not free:
        _refuse_held(session, batch)
    _ask_plugins(session, batch)
    _write(session, batch, now)
    creating.announce(session, batch.customers())
    return batch.results


def create_strangers(session: Session, customers: Sequence[NewCustomer], *, now: datetime) -> bool:
    """Write customers whose identities nobody has, without looking first, or write nothing.

    For the bulk of a file of new customers, where looking each identity up takes longer than to
    write it. Their owners are known to exist.

    :returns: whether they were written; if not, somebody has one of the identities, two of them
        share one, or a plugin wants to look at each.
    """
    dispatcher = write_context(session).dispatcher
    if dispatcher is not None and dispatcher.implementations(creating.HOOK):
        return False
    try:
        with session.begin_nested():
            _copy(session, customers, now)
    except UniqueViolation:
        return False
    except IntegrityError as error:  # few rows go in by INSERT, whose errors are SQLAlchemy's
        if not isinstance(error.orig, UniqueViolation):
            raise
        return False
    make_known(session, {tag for customer in customers for tag in customer.tags})
    creating.announce(session, customers)
    return True


def make_ready(
    draft: CustomerDraft,
    fields: Mapping[str, CustomField],
    *,
    now: datetime,
    import_id: UUID | None = None,
) -> Result:
    """Return the rows of a draft, or what is wrong with it as far as that needs no database.

    It takes more time than all else, so an import does it while the batch before is written.

    :param fields: the custom fields by their keys.
    """
    try:
        if draft.custom:
            draft = replace(draft, custom=check_values(fields, draft.custom, draft.kind))
        return prepare(draft, now=now, import_id=import_id)
    except GuanxiError as error:
        return error


class _Batch:
    """Drafts on their way; one is open as long as no error is its result."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results

    def open(self) -> list[tuple[int, NewCustomer]]:
        found = enumerate(self.results)
        return [(place, one) for place, one in found if isinstance(one, NewCustomer)]

    def customers(self) -> list[NewCustomer]:
        return [one for one in self.results if isinstance(one, NewCustomer)]


def _prepared(
    session: Session,
    drafts: Sequence[CustomerDraft],
    ready: Sequence[Result | None],
    now: datetime,
    import_id: UUID | None,
) -> list[Result]:
    made = ready or [None] * len(drafts)
    custom = any(draft.custom for draft, one in zip(drafts, made, strict=True) if one is None)
    fields = fields_by_key(session) if custom else {}
    return [
        make_ready(draft, fields, now=now, import_id=import_id) if one is None else one
        for draft, one in zip(drafts, made, strict=True)
    ]


def _refuse_repeated(batch: _Batch) -> None:
    first: dict[Key, int] = {}
    for place, customer in batch.open():
        keys = {key_of(one): one for one in customer.identity_values}
        if first.keys().isdisjoint(keys):
            first |= dict.fromkeys(keys, place)
        else:
            taken = next(key for key in keys if key in first)
            batch.results[place] = RepeatedInBatch(keys[taken], first[taken])


def _refuse_unknown_owners(session: Session, batch: _Batch) -> None:
    named = {customer.owner_id for customer in batch.customers()} - {None}
    if not named:
        return
    unknown = named - set(session.scalars(select(User.id).where(User.id.in_(named))))
    for place, customer in batch.open():
        if customer.owner_id in unknown:
            batch.results[place] = no_such_owner()


def _refuse_held(session: Session, batch: _Batch) -> None:
    identities = [one for customer in batch.customers() for one in customer.identity_values]
    holders = holders_of(session, identities)
    if not holders:
        return
    seen = visible(session, set(holders.values()))
    for place, customer in batch.open():
        held = [one for one in customer.identity_values if key_of(one) in holders]
        if held:
            holder = holders[key_of(held[0])]
            batch.results[place] = IdentityTaken(held[0], holder if holder in seen else None)


def _ask_plugins(session: Session, batch: _Batch) -> None:
    dispatcher = write_context(session).dispatcher
    if dispatcher is None or not dispatcher.implementations(creating.HOOK):
        return
    for place, customer in batch.open():
        try:
            # A plugin's broken statement must end only this row, not the transaction.
            with session.begin_nested():
                creating.ask_plugins(session, customer)
        except GuanxiError as error:
            batch.results[place] = error


def _write(session: Session, batch: _Batch, now: datetime) -> None:
    """Write what is still open; who lost an identity to somebody else meanwhile is refused."""
    for attempt in range(_ATTEMPTS):
        try:
            with session.begin_nested():
                _copy(session, batch.customers(), now)
        except (UniqueViolation, IntegrityError):
            if attempt == _ATTEMPTS - 1:
                raise
            _refuse_held(session, batch)
        else:
            break
    make_known(session, {tag for customer in batch.customers() for tag in customer.tags})


def _copy(session: Session, customers: Sequence[NewCustomer], now: datetime) -> None:
    identities = [row for customer in customers for row in identity_rows(customer, now)]
    # In the order of what is unique, so that two batches that share some never wait in a circle.
    identities.sort(key=_UNIQUE)
    insert_rows(
        session,
        Rows(CUSTOMERS, CUSTOMER_COLUMNS, [customer.row for customer in customers]),
        Rows(IDENTITIES, IDENTITY_COLUMNS, identities),
    )
