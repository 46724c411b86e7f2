"""Take a merge back: two customers again, each as before, later edits kept.

A field that the merge had set goes back unless somebody changed it since. Rows go back unless
they were moved or removed since; what came later stays with the kept customer. A withdrawal or
closing that came later is copied, for nobody knows which of the two meant it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.changing import touch
from guanxi.customers.domain.consents import CONSENTS, Decision, append_decisions
from guanxi.customers.domain.faults import ChangedMeanwhile, NoSuchCustomer
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.domain.merge_memberships import give_memberships_back
from guanxi.customers.domain.merge_plugins import ask_to_unmerge
from guanxi.customers.domain.moving import move_back
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.customers.domain.stored_tokens import refresh_tokens
from guanxi.customers.domain.suggestions import settle_pair
from guanxi.customers.models import Customer, CustomerConsent, CustomerMerge
from guanxi.errors import NotFound
from guanxi.events.vocabulary import CustomersMerged

COPIED_EVIDENCE: Final = "copied when a merge was taken back"
_RESTORE: Final[Mapping[str, Any]] = {
    "birthday": date.fromisoformat,
    "closed_at": datetime.fromisoformat,
    "owner_id": UUID,
}


def unmerge_customers(session: Session, merge_id: UUID, *, now: datetime) -> CustomerMerge:
    """Take back one merge.

    :raises NotFound: there is no such merge, or the customer is out of sight.
    :raises ChangedMeanwhile: it was taken back already, or the kept customer has itself been
        merged or erased since.
    :raises Refused: a plugin could not follow.
    """
    merge = _open_merge(session, merge_id)
    kept, merged_id = _kept(session, merge), merge.merged_id
    ask_to_unmerge(session, kept.id, merged_id, merge.undo.get("plugins", {}), now=now)
    later = _later_withdrawals(session, kept.id, merge.at)
    _remove_added(session, merge)
    move_back(session, merge.id, kept.id, merged_id)
    give_memberships_back(session, kept.id, merged_id, kept.kind, merge.undo["memberships"])
    append_decisions(session, merged_id, later, at=now)
    before, after = _restore_fields(kept, merge)
    _become_two(session, kept, merge, now)
    settle_pair(session, kept.id, merged_id, "open")
    _announce(session, merge, before, after)
    return merge


def merges_of(session: Session, customer_id: UUID) -> list[CustomerMerge]:
    """Return the merges into a customer that stand, the latest first."""
    return list(
        session.scalars(
            select(CustomerMerge)
            .where(CustomerMerge.kept_id == customer_id, CustomerMerge.undone_at.is_(None))
            .order_by(CustomerMerge.at.desc(), CustomerMerge.id.desc())
        )
    )


def _open_merge(session: Session, merge_id: UUID) -> CustomerMerge:
    merge = session.scalars(
        select(CustomerMerge)
        .where(CustomerMerge.id == merge_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if merge is None:
        raise NotFound("There is no such merge.")
    if merge.undone_at is not None:
        raise ChangedMeanwhile("This merge was taken back already.")
    return merge


def _kept(session: Session, merge: CustomerMerge) -> Customer:
    try:
        kept = get_customer(session, merge.kept_id, lock=True)
    except NoSuchCustomer:
        raise NotFound("There is no such merge.") from None
    if kept.id != merge.kept_id or kept.erased_at is not None:
        raise ChangedMeanwhile(
            "The customer was itself merged or erased since. Take back the later merge first."
        )
    return kept


def _later_withdrawals(session: Session, kept_id: UUID, since: datetime) -> list[Decision]:
    rows = session.scalars(
        select(CustomerConsent)
        .where(
            CustomerConsent.customer_id == kept_id,
            CustomerConsent.at > since,
            CustomerConsent.given.is_(False),
        )
        .order_by(CustomerConsent.at)
    )
    return [
        Decision(row.channel, row.purpose, given=False, evidence=COPIED_EVIDENCE) for row in rows
    ]


def _remove_added(session: Session, merge: CustomerMerge) -> None:
    added = [UUID(one) for one in merge.undo.get("consents_added", ())]
    session.execute(delete(CONSENTS).where(CONSENTS.c.id.in_(added)))


def _restore_fields(kept: Customer, merge: CustomerMerge) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set back what nobody changed since; custom fields one by one, tags by tags."""
    restored: dict[str, Any] = {}
    for name, set_to in merge.undo["after"].items():
        was = merge.undo["before"][name]
        current = getattr(kept, name)
        if name == "custom":
            restored[name] = _restored_custom(current, was, set_to)
        elif name == "tags":
            restored[name] = [tag for tag in current if tag in was or tag not in set_to]
        elif current == _read(name, set_to):
            restored[name] = _read(name, was)
    before, after = audit.difference({name: getattr(kept, name) for name in restored}, restored)
    for name, value in after.items():
        setattr(kept, name, value)
    return before, after


def _read(name: str, stored: Any) -> Any:
    convert = _RESTORE.get(name)
    return convert(stored) if convert and stored is not None else stored


def _restored_custom(
    current: Mapping[str, Any], was: Mapping[str, Any], set_to: Mapping[str, Any]
) -> dict[str, Any]:
    untouched = {key for key in {*set_to, *was} if current.get(key) == set_to.get(key)}
    kept = {key: value for key, value in current.items() if key not in untouched}
    return {**kept, **{key: was[key] for key in untouched if key in was}}


def _become_two(session: Session, kept: Customer, merge: CustomerMerge, now: datetime) -> None:
    """Bring the merged row back to life; it is written past the row rule.

    It was a part of the kept customer, so whoever sees that one may take it out again.
    """
    values: dict[str, Any] = {"merged_into": None, "updated_at": now}
    if kept.status == "closed" and kept.closed_at is not None and kept.closed_at > merge.at:
        closing = {name: getattr(kept, name) for name in ("status", "closed_at", "closed_reason")}
        values |= closing
    merge.undone_at = now
    touch(kept, now)
    session.execute(
        update(CUSTOMERS)
        .where(CUSTOMERS.c.id == merge.merged_id)
        .values(version=CUSTOMERS.c.version + 1, **values)
    )
    refresh_tokens(session, [merge.kept_id, merge.merged_id])


def _announce(
    session: Session, merge: CustomerMerge, before: dict[str, Any], after: dict[str, Any]
) -> None:
    kept_id, merged_id = merge.kept_id, merge.merged_id
    events.append(session, CustomersMerged(customer_id=kept_id, merged_id=merged_id, undone=True))
    audit.record(
        session,
        "customer.unmerged",
        ("customer", kept_id),
        before=before,
        after={**after, "unmerged": merged_id},
    )
    audit.record(session, "customer.unmerged", ("customer", merged_id), after={"from": kept_id})
