"""Customers whose rhythm is broken now, the latest breaks first; within sight of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer
from guanxi_scoring.models import Rhythm


@dataclass(frozen=True, slots=True)
class Break:
    """A customer missed since ``warn_on``; ``mean`` is the mean of their own gaps, in days."""

    customer_id: UUID
    name: str
    last_on: date
    due_on: date | None
    warn_on: date
    gaps: int
    mean: float

    def away(self, today: date) -> int:
        """Return for how many days they have been away."""
        return (today - self.last_on).days


def broken(
    session: Session, *, limit: int | None = None, after: tuple[date, UUID] | None = None
) -> Sequence[Break]:
    """Return the breaks that go on.

    :param after: ``warn_on`` and id of the last one of the page before.
    """
    r = Rhythm
    wanted = (
        select(
            Customer.id, Customer.display_name, r.last_on, r.due_on, r.warn_on, r.gaps, r.gap_days
        )
        .join(r, r.customer_id == Customer.id)
        .where(r.warned_at.is_not(None), r.warn_on.is_not(None), Customer.status == "active")
        .order_by(r.warn_on.desc(), r.customer_id)
        .limit(limit)
    )
    if after is not None:
        day, last = after
        same = (r.warn_on == day) & (r.customer_id > last)
        wanted = wanted.where((r.warn_on < day) | same)
    return [
        Break(one, name, last_on, due_on, warn_on, gaps, gap_days / max(gaps, 1))
        for one, name, last_on, due_on, warn_on, gaps, gap_days in session.execute(wanted)
        if warn_on is not None
    ]


def count_broken(session: Session) -> int:
    """Return how many breaks go on."""
    r = Rhythm
    found = (
        select(func.count(Customer.id))
        .join(r, r.customer_id == Customer.id)
        .where(r.warned_at.is_not(None), r.warn_on.is_not(None), Customer.status == "active")
    )
    return session.scalar(found) or 0
