"""Calendar days and units in a named time zone, with the clock changes that it has.

The one place where a day becomes an instant, so that Python and SQL cannot differ: SQL is given
the instants.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from guanxi_segmentation.rules.tree import Unit

AHEAD = 366
"""So many days ahead the beginnings of days are known; what comes later is looked at again then."""
_DAY = timedelta(days=1)


@lru_cache(maxsize=8192)
def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins there: the first time its clocks show midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def today(as_of: datetime, zone: ZoneInfo) -> date:
    """Return the last day that has begun at ``as_of``.

    It is the local date but for the minutes in which a clock goes back over midnight.
    """
    local = as_of.astimezone(zone).date()
    days = [local - _DAY, local, local + _DAY]
    return days[bisect_right([start_of_day(day, zone) for day in days], as_of) - 1]


@lru_cache(maxsize=64)
def coming_days(day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return when the next days after ``day`` begin: the first is tomorrow."""
    return tuple(start_of_day(day + n * _DAY, zone) for n in range(1, AHEAD + 1))


def first_day(day: date, unit: Unit) -> date:
    """Return the day on which the unit that holds ``day`` begins; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1 if unit == "year" else 3 * ((day.month - 1) // 3) + 1, day=1)


def shifted(day: date, unit: Unit, count: int) -> date:
    """Return the first day of a unit ``count`` units after the one that begins on ``day``."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = {"month": 1, "quarter": 3, "year": 12}[unit] * count
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def anniversary(day: date, year: int) -> date:
    """Return the day's anniversary (周年日) in a year; 29 February is kept on the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def next_anniversary(day: date, now: date) -> date:
    """Return the first anniversary on or after ``now``."""
    this = anniversary(day, now.year)
    return this if this >= now else anniversary(day, now.year + 1)
