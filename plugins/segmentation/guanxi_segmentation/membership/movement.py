"""How a segment grew and shrank: size, who entered and who left, day by day (规模变化)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_segmentation.models import Membership


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day: how many entered and left on it, and how many were in at its end."""

    day: date
    entered: int
    left: int
    size: int


def movement(
    session: Session, segment_id: UUID, *, first: date, last: date, zone: ZoneInfo
) -> list[Day]:
    """Return the days from ``first`` to ``last``, of customers whom the session may see.

    :param zone: in which days begin.
    """
    start, end = _begin(first, zone), _begin(last + timedelta(days=1), zone)
    size = _size_before(session, segment_id, start)
    within = Membership.segment_id == segment_id, in_sight(session)
    entered = _by_day(session, Membership.entered_at, (start, end), zone, *within)
    left = _by_day(session, Membership.left_at, (start, end), zone, *within)
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        came, went = entered.get(day, 0), left.get(day, 0)
        size += came - went
        days.append(Day(day, came, went, size))
    return days


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _size_before(session: Session, segment_id: UUID, instant: datetime) -> int:
    found = select(func.count()).where(
        Membership.segment_id == segment_id,
        Membership.entered_at < instant,
        Membership.left_at.is_(None) | (Membership.left_at >= instant),
        in_sight(session),
    )
    return session.scalar(found) or 0


def _by_day(
    session: Session,
    column: Any,
    between: tuple[datetime, datetime],
    zone: ZoneInfo,
    *within: ColumnElement[bool],
) -> Mapping[date, int]:
    day = cast(func.timezone(zone.key, column), Date)
    found = select(day, func.count()).where(column >= between[0], column < between[1], *within)
    return {row[0]: row[1] for row in session.execute(found.group_by(day))}


def in_sight(session: Session) -> ColumnElement[bool]:
    """Return the condition that a stay is of somebody whom the session may see."""
    return customers.in_sight(session, Membership.customer_id)
