"""Create customers or change those who are there already, told apart by their identities.

For imports and for programs that send what they have. A draft whose identities belong to one
customer changes that customer; fields that the draft leaves empty stay as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.bulk import RepeatedInBatch, create_customers, create_strangers
from guanxi.customers.domain.changing import change_locked
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import IdentityTaken
from guanxi.customers.domain.identity_changes import add_identities
from guanxi.customers.domain.lookup import Key, holders_of, key_of
from guanxi.customers.domain.rows import NewCustomer
from guanxi.customers.models import Customer
from guanxi.errors import Conflict, GuanxiError

Outcome = Literal["created", "changed", "unchanged"]
_TAKEN_OVER: Final = (
    "name", "family_name", "given_name", "name_order", "language", "country", "region", "city",
    "street", "postcode", "birthday", "note", "owner_id", "custom",
)  # fmt: skip


class Saved(NamedTuple):
    """What became of one draft."""

    id: UUID
    outcome: Outcome
    version: int


Result = Saved | GuanxiError


class SeveralCustomers(Conflict):
    """The identities of one draft belong to different customers."""

    code = "several_customers"

    def __init__(self) -> None:
        super().__init__(
            "These identities belong to different customers. Merge them, or correct the entry."
        )


def upsert_customers(
    session: Session,
    drafts: Sequence[CustomerDraft],
    *,
    now: datetime,
    import_id: UUID | None = None,
    ready: Sequence[NewCustomer | GuanxiError | None] = (),
    strangers: bool = False,
) -> list[Result]:
    """Create or change a customer for each of ``drafts``; results are in their order.

    A later draft with an identity of an earlier one changes what that one made.

    :param import_id: the import that new rows belong to, so that it can be undone.
    :param ready: what ``bulk.make_ready`` made of the drafts beforehand, where it was asked.
    :param strangers: hardly anybody among them is there already, and owners are known to exist;
        then it goes faster.
    """
    if strangers and ready and None not in ready:
        made = [one for one in ready if isinstance(one, NewCustomer)]
        if create_strangers(session, made, now=now):
            return [saved(one) for one in ready if one is not None]
    results: dict[int, Result] = {}
    new, old = _told_apart(session, drafts)
    created = create_customers(
        session,
        [drafts[i] for i in new],
        now=now,
        import_id=import_id,
        ready=[ready[i] for i in new] if ready else (),
        free=True,
    )
    for place, result in zip(new, created, strict=True):
        if isinstance(result, RepeatedInBatch):
            old.append(place)
        else:
            results[place] = saved(result)
    old.sort()
    if old:
        results |= _change_all(session, {place: drafts[place] for place in old}, now)
    return [results[place] for place in range(len(drafts))]


def _told_apart(session: Session, drafts: Sequence[CustomerDraft]) -> tuple[list[int], list[int]]:
    holders = holders_of(session, [one for draft in drafts for one in draft.identities])
    if not holders:
        return list(range(len(drafts))), []
    new: list[int] = []
    old: list[int] = []
    for place, draft in enumerate(drafts):
        held = any(key_of(one) in holders for one in draft.identities)
        (old if held else new).append(place)
    return new, old


def saved(result: NewCustomer | GuanxiError) -> Result:
    """Return a result of ``bulk.create_customers`` in the form of this module's."""
    return Saved(result.id, "created", 1) if isinstance(result, NewCustomer) else result


def _change_all(
    session: Session, drafts: Mapping[int, CustomerDraft], now: datetime
) -> dict[int, Result]:
    identities = [one for draft in drafts.values() for one in draft.identities]
    holders = holders_of(session, identities)
    customers = _locked(session, set(holders.values()))
    results: dict[int, Result] = {}
    for place, draft in drafts.items():
        try:
            # What a plugin or the database refuses must end only this row.
            with session.begin_nested():
                results[place] = _change(session, _holder(draft, holders, customers), draft, now)
        except GuanxiError as error:
            results[place] = error
    return results


def _locked(session: Session, customer_ids: set[UUID]) -> dict[UUID, Customer]:
    rows = session.scalars(
        select(Customer)
        .where(Customer.id.in_(customer_ids))
        .order_by(Customer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def _holder(
    draft: CustomerDraft, holders: Mapping[Key, UUID], customers: Mapping[UUID, Customer]
) -> Customer:
    held = [one for one in draft.identities if key_of(one) in holders]
    found = {holders[key_of(one)] for one in held}
    if len(found) > 1:
        raise SeveralCustomers
    customer = customers.get(found.pop()) if found else None
    if customer is None:
        raise IdentityTaken(held[0], None)
    return customer


def _change(session: Session, customer: Customer, draft: CustomerDraft, now: datetime) -> Saved:
    before = customer.version
    values = {name: getattr(draft, name) for name in _TAKEN_OVER}
    changes: dict[str, Any] = {name: value for name, value in values.items() if value}
    if draft.tags:
        changes["tags"] = [*customer.tags, *draft.tags]
    change_locked(session, customer, changes, now=now)
    add_identities(session, customer, draft.identities, now=now)
    changed = customer.version != before
    return Saved(customer.id, "changed" if changed else "unchanged", customer.version)
