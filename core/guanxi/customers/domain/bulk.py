"""Create many customers at once: an import's chunk, or up to 1,000 of an API call.

The same rules as in ``creating.py``, but what the rows refer to is read once for all of them,
and they go in by COPY. A row that cannot be created gets its error; the others go in.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
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
from guanxi.db import write_context
from guanxi.db.inserting import Rows, insert_rows
from guanxi.errors import Conflict, GuanxiError

Result = NewCustomer | GuanxiError
"""What became of one draft."""

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
) -> list[Result]:
    """Create ``drafts``; the list tells for each of them, in order, what became of it.

    Results are the new customer, or the error that ``create_customer`` would have raised for
    that draft. Of two drafts with the same identity the first is created.

    :param import_id: the import that these rows belong to, so that it can be undone.
    """
    batch = _Batch([_prepared(draft, now, import_id) for draft in _with_custom(session, drafts)])
    _refuse_repeated(batch)
    _refuse_unknown_owners(session, batch)
    _refuse_held(session, batch)
    _ask_plugins(session, batch)
    _write(session, batch, now)
    for _place, customer in batch.open():
        creating.announce(session, customer)
    return batch.results


class _Batch:
    """Drafts on their way; one is open as long as no error is its result."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results

    def open(self) -> list[tuple[int, NewCustomer]]:
        found = enumerate(self.results)
        return [(place, one) for place, one in found if isinstance(one, NewCustomer)]

    def customers(self) -> list[NewCustomer]:
        return [one for one in self.results if isinstance(one, NewCustomer)]


def _with_custom(
    session: Session, drafts: Sequence[CustomerDraft]
) -> Sequence[CustomerDraft | GuanxiError]:
    if not any(draft.custom for draft in drafts):
        return drafts
    fields = fields_by_key(session)

    def checked(draft: CustomerDraft) -> CustomerDraft | GuanxiError:
        try:
            return replace(draft, custom=check_values(fields, draft.custom, draft.kind))
        except GuanxiError as error:
            return error

    return [checked(draft) if draft.custom else draft for draft in drafts]


def _prepared(draft: CustomerDraft | GuanxiError, now: datetime, import_id: UUID | None) -> Result:
    if isinstance(draft, GuanxiError):
        return draft
    try:
        return prepare(draft, now=now, import_id=import_id)
    except GuanxiError as error:
        return error


def _refuse_repeated(batch: _Batch) -> None:
    first: dict[Key, int] = {}
    for place, customer in batch.open():
        taken = [one for one in customer.identity_values if key_of(one) in first]
        if taken:
            batch.results[place] = RepeatedInBatch(taken[0], first[key_of(taken[0])])
        else:
            first.update((key_of(one), place) for one in customer.identity_values)


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
    identities.sort(key=lambda row: row[2:5])
    insert_rows(
        session,
        Rows(CUSTOMERS, CUSTOMER_COLUMNS, [customer.row for customer in customers]),
        Rows(IDENTITIES, IDENTITY_COLUMNS, identities),
    )
