"""How membership fares: drift found by the last audit, what waits, what cannot be evaluated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi_segmentation.membership import backlog
from guanxi_segmentation.membership.auditing import latest_audit
from guanxi_segmentation.membership.finding import KINDS
from guanxi_segmentation.models import Segment, State

LATE: Final = timedelta(minutes=2)
"""The sweep comes each minute."""


@dataclass(frozen=True, slots=True)
class Health:
    """Figures for the page of health; anything but 0 in ``drift`` is an alarm."""

    drift: int | None
    audited_at: datetime | None
    overdue: int
    """Customers whose window ran out more than two minutes ago and who were not looked at."""
    waiting: int
    """Customers of whom very many changed at once, to be looked at soon."""
    building: tuple[str, ...]
    problems: tuple[str, ...]


def health(session: Session, *, now: datetime) -> Health:
    """Return how membership fares."""
    audit = latest_audit(session)
    overdue = select(func.count()).where(State.next_check_at <= now - LATE)
    made = select(Segment.key).where(Segment.kind.in_(KINDS), Segment.state == "active")
    made = made.order_by(Segment.key)
    return Health(
        drift=audit.drift if audit else None,
        audited_at=audit.at if audit else None,
        overdue=session.scalars(overdue).one(),
        waiting=backlog.size(session),
        building=tuple(session.scalars(made.where(Segment.building.is_not(None)))),
        problems=tuple(session.scalars(made.where(Segment.problem.is_not(None)))),
    )
