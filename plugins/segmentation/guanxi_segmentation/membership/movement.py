"""How a segment grew and shrank: size, who entered and who left, day by day (规模变化).

Sizes are counted back from the present one, so that what lies before the first day is not read.
"""

from collections import Counter
from collections.abc import Iterator
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
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    own = Membership.segment_id == segment_id, in_sight(session)
    still, gone = Membership.left_at.is_(None), Membership.left_at >= start
    recent = Membership.entered_at >= start
    entered = _by_day(session, Membership.entered_at, zone, *own, still, recent)
    entered += _by_day(session, Membership.entered_at, zone, *own, gone, recent)
    left = _by_day(session, Membership.left_at, zone, *own, gone)
    size = session.scalar(select(func.count()).where(*own, still)) or 0
    size -= sum(entered.values()) - sum(left.values())
    return list(_days(first, last, size, entered, left))


def _days(
    first: date, last: date, size: int, entered: Counter[date], left: Counter[date]
) -> Iterator[Day]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        size += entered[day] - left[day]
        yield Day(day, entered[day], left[day], size)


def _by_day(
    session: Session, column: Any, zone: ZoneInfo, *conditions: ColumnElement[bool]
) -> Counter[date]:
    day = cast(func.timezone(zone.key, column), Date)
    found = select(day, func.count()).where(*conditions).group_by(day)
    return Counter({row[0]: row[1] for row in session.execute(found)})


def in_sight(session: Session) -> ColumnElement[bool]:
    """Return the condition that a stay is of somebody whom the session may see."""
    return customers.in_sight(session, Membership.customer_id)
