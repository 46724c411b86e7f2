"""An instant of evaluation, and what windows and comparisons mean at it.

One rule holds everywhere: at ``as_of``, what has happened is what lies before it. A sliding
window is ``[as_of - P, as_of)``; so a touchpoint counts from the microsecond after its own time,
and leaves the window a microsecond after it has become P old.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from guanxi_segmentation.rules.days import (
    AHEAD,
    coming_days,
    first_day,
    next_anniversary,
    shifted,
    start_of_day,
    today,
)
from guanxi_segmentation.rules.tree import Calendar, Fixed, Sliding, Window

TICK = timedelta(microseconds=1)
"""The grain of time, PostgreSQL's own."""
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Instants beyond it are taken for it where something is added to them."""
_DAY = timedelta(days=1)

Ends = tuple[Any, Any]
"""A half-open interval ``[low, high)``; None where it is open."""


@dataclass(frozen=True)
class Moment:
    """``as_of`` in the company's time zone."""

    as_of: datetime
    zone: ZoneInfo

    @cached_property
    def today(self) -> date:
        """The day that it is."""
        return today(self.as_of, self.zone)

    @cached_property
    def coming(self) -> tuple[datetime, ...]:
        """When the days after today begin."""
        return coming_days(self.today, self.zone)

    def start_in(self, days: int) -> datetime:
        """Return when a day ahead begins, or the last one that is known."""
        return self.coming[min(days, AHEAD) - 1]

    def zone_of(self, window: Window | None) -> ZoneInfo:
        """Return the zone in which days are counted in a window."""
        named = window.zone if isinstance(window, Calendar) else None
        return ZoneInfo(named) if named else self.zone

    def span(self, window: Window | None) -> Ends:
        """Return ``[low, high)`` of a window; high is None where it is ``as_of`` itself."""
        if window is None:
            return None, None
        if isinstance(window, Sliding):
            return self.as_of - window.last.delta, None
        if isinstance(window, Fixed):
            high = window.end
            return window.start, None if high is None or high >= self.as_of else high
        return self._units(window)

    def _units(self, window: Calendar) -> Ends:
        zone = self.zone_of(window)
        this = first_day(today(self.as_of, zone), window.unit)
        low = start_of_day(shifted(this, window.unit, window.offset), zone)
        reach = window.offset + window.count
        if reach == 1:
            return low, None
        return low, start_of_day(shifted(this, window.unit, reach), zone)

    def next_unit(self, window: Calendar) -> datetime:
        """Return when the next unit of a calendar window begins: the window moves on then."""
        zone = self.zone_of(window)
        this = first_day(today(self.as_of, zone), window.unit)
        return start_of_day(shifted(this, window.unit, 1), zone)

    def instants(self, op: str, value: Any) -> Ends:
        """Return the instants ``[low, high)`` for which a comparison holds."""
        if op == "within_last":
            return self.as_of - value.delta, self.as_of
        if op == "older_than":
            return None, self.as_of - value.delta
        if op == "within_next":
            return self.as_of, self.as_of + value.delta
        low, high = self._extent(value)
        if op == "on":
            return low, high
        return (None, low) if op == "before" else (high, None)

    def _extent(self, value: datetime | date) -> Ends:
        if isinstance(value, datetime):
            return value, value + TICK
        return start_of_day(value, self.zone), start_of_day(value + _DAY, self.zone)

    def days(self, op: str, value: Any) -> Ends:
        """Return the days ``[low, high)`` for which a comparison holds.

        For ``anniversary_within`` it is the next anniversary that has to lie there.
        """
        if op == "within_last":
            return self.today - value.delta + _DAY, self.today + _DAY
        if op == "older_than":
            return None, self.today - value.delta + _DAY
        if op in ("within_next", "anniversary_within"):
            return self.today, self.today + value.delta
        if op == "on":
            return value, value + _DAY
        return (None, value) if op == "before" else (value + _DAY, None)

    def next_anniversary(self, day: date) -> date:
        """Return the first anniversary of a day that is not over."""
        return next_anniversary(day, self.today)


def instant_shifts(op: str, value: Any) -> tuple[timedelta, ...]:
    """Return how long after an instant a comparison with it changes (less a tick)."""
    if op == "older_than":
        return (value.delta,)
    if op == "within_last":
        return timedelta(0), value.delta
    return (timedelta(0), -value.delta) if op == "within_next" else ()


def day_shifts(op: str, value: Any) -> tuple[int, ...]:
    """Return how many days after a day (or its next anniversary) a comparison changes."""
    if op == "older_than":
        return (value.delta.days,)
    if op == "within_last":
        return 0, value.delta.days
    if op in ("within_next", "anniversary_within"):
        return 1, 1 - value.delta.days
    return ()
