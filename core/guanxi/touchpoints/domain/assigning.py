"""Purchases of which nobody knew whose they are (未归属购买): listed, and given to a customer.

A till or a shop may report sales without a known customer. They are kept and counted; once
somebody recognises the customer, one purchase or all with the same hint are assigned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.errors import Conflict
from guanxi.touchpoints.domain.corrections import announce_correction
from guanxi.touchpoints.domain.customers import resolve_one
from guanxi.touchpoints.domain.facts import facts_of, without_customer
from guanxi.touchpoints.domain.stored_lines import lines_of_many
from guanxi.touchpoints.models import Touchpoint

AT_ONCE: Final = 1_000
"""Touchpoints per statement; a hint with more of them takes several."""

_OPEN: Final = (Touchpoint.customer_id.is_(None), Touchpoint.state == "recorded")


@dataclass(frozen=True, slots=True)
class HintGroup:
    """Unassigned touchpoints whose source named the same customer, in one currency."""

    hint: str | None
    currency: str | None
    count: int
    amount: Decimal | None
    first_at: datetime
    last_at: datetime


def assign(
    session: Session, touchpoint_ids: Sequence[UUID], customer_id: UUID, *, now: datetime
) -> int:
    """Give unassigned touchpoints to a customer; return how many changed.

    Those that meanwhile belong to that very customer are passed over.

    :raises InvalidField: no such customer in sight.
    :raises Conflict: one of them belongs to somebody else, is voided or does not exist.
    """
    target = resolve_one(session, customer_id)
    changed = _assign(session, touchpoint_ids, target, now)
    others = set(touchpoint_ids) - changed
    if others and not _all_belong_to(session, others, target):
        raise Conflict(
            "Some of these touchpoints are not unassigned any more. Look at the list again."
        )
    return len(changed)


def assign_hint(session: Session, hint: str, customer_id: UUID, *, now: datetime) -> int:
    """Give all unassigned touchpoints with this hint to a customer; return how many.

    :raises InvalidField: no such customer in sight.
    """
    target = resolve_one(session, customer_id)
    query = select(Touchpoint.id).where(*_OPEN, Touchpoint.customer_hint == hint).limit(AT_ONCE)
    assigned = 0
    while ids := session.scalars(query).all():
        changed = _assign(session, ids, target, now)
        assigned += len(changed)
        if not changed:
            break
    return assigned


def unassigned(
    session: Session, *, hint: str | None, after: tuple[datetime, UUID] | None = None, limit: int
) -> Sequence[Touchpoint]:
    """Return unassigned touchpoints with this hint (None: without any), oldest first.

    :param after: occurred_at and id of the last one seen.
    """
    query = (
        select(Touchpoint)
        .where(*_OPEN, Touchpoint.customer_hint.is_not_distinct_from(hint))
        .order_by(Touchpoint.occurred_at, Touchpoint.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Touchpoint.occurred_at, Touchpoint.id) > after)
    return session.scalars(query).all()


def hint_groups(session: Session, *, after: str | None = None, limit: int) -> Sequence[HintGroup]:
    """Return the hints of unassigned touchpoints in their order, ``limit`` per page.

    Those without a hint are :func:`anonymous_groups`.

    :param after: the last hint seen.
    """
    hints = select(Touchpoint.customer_hint).where(*_OPEN, Touchpoint.customer_hint.is_not(None))
    if after is not None:
        hints = hints.where(Touchpoint.customer_hint > after)
    page = hints.distinct().order_by(Touchpoint.customer_hint).limit(limit)
    return _groups(session, _grouped().where(Touchpoint.customer_hint.in_(page)))


def count_hinted(session: Session, most: int) -> int:
    """Return how many unassigned touchpoints have a hint whose they are; it ends at ``most``."""
    hinted = (*_OPEN, Touchpoint.customer_hint.is_not(None))
    return len(session.scalars(select(Touchpoint.id).where(*hinted).limit(most)).all())


def anonymous_groups(session: Session) -> Sequence[HintGroup]:
    """Return how many unassigned touchpoints have no hint at all, per currency."""
    return _groups(session, _grouped().where(Touchpoint.customer_hint.is_(None)))


def _grouped() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Touchpoint.customer_hint,
            Touchpoint.currency,
            func.count(),
            func.sum(Touchpoint.amount),
            func.min(Touchpoint.occurred_at),
            func.max(Touchpoint.occurred_at),
        )
        .where(*_OPEN)
        .group_by(Touchpoint.customer_hint, Touchpoint.currency)
        .order_by(Touchpoint.customer_hint, Touchpoint.currency)
    )


def _groups(session: Session, query: Select[*tuple[Any, ...]]) -> Sequence[HintGroup]:
    return [HintGroup(*row) for row in session.execute(query)]


def _assign(
    session: Session, touchpoint_ids: Sequence[UUID], customer_id: UUID, now: datetime
) -> set[UUID]:
    changed = session.scalars(
        update(Touchpoint)
        .where(Touchpoint.id.in_(touchpoint_ids), *_OPEN)
        .values(customer_id=customer_id, version=Touchpoint.version + 1, updated_at=now)
        .returning(Touchpoint)
        .execution_options(populate_existing=True)
    ).all()
    lines = lines_of_many(session, [touchpoint.id for touchpoint in changed])
    for touchpoint in changed:
        after = facts_of(touchpoint, lines.get(touchpoint.id, ()))
        announce_correction(session, touchpoint.id, without_customer(after), after, None)
        audit.record(
            session,
            "touchpoint.assigned",
            ("touchpoint", touchpoint.id),
            before={"customer_id": None},
            after={"customer_id": customer_id},
        )
    return {touchpoint.id for touchpoint in changed}


def _all_belong_to(session: Session, ids: set[UUID], customer_id: UUID) -> bool:
    found = session.scalars(
        select(Touchpoint.id).where(
            Touchpoint.id.in_(ids),
            Touchpoint.customer_id == customer_id,
            Touchpoint.state == "recorded",
        )
    )
    return set(found) == ids
