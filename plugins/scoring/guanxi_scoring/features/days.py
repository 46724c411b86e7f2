"""Which day it is for the company at an instant, as an expression that every engine can evaluate.

Engines bring time zone data of their own, of different years. So that all of them count the same
days, the changes of a zone's clocks come from Python's data and stand in the expression.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

BEGIN: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""No touchpoint is older."""
_STEP: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


class Change(NamedTuple):
    """From an instant on, clocks are ahead of UTC by so many seconds."""

    since: datetime
    seconds: int


@lru_cache(maxsize=16)
def changes(zone: str, until: datetime) -> tuple[Change, ...]:
    """Return how clocks in ``zone`` (IANA) stood from 1900 to ``until``, the newest first."""
    found = [Change(BEGIN, _seconds(zone, BEGIN))]
    at = BEGIN
    while at < until:
        following = min(at + _STEP, until)
        if _seconds(zone, following) != found[-1].seconds:
            instant = _first_with_other(zone, at, following)
            found.append(Change(instant, _seconds(zone, instant)))
        at = following
    return tuple(reversed(found))


def day_of(at: Any, zone: str, until: datetime) -> Any:
    """Return the day (a date) that it was in ``zone`` at instants before ``until``.

    :param at: a column of instants, in UTC.
    """
    import ibis  # noqa: PLC0415 -- heavy

    *newer, oldest = changes(zone, datetime(until.year + 1, 1, 2, tzinfo=UTC))
    days = [(at >= instant(at, one.since), _shifted(at, one.seconds)) for one in newer]
    oldest_day = _shifted(at, oldest.seconds)
    return ibis.cases(*days, else_=oldest_day) if days else oldest_day


def instant(column: Any, at: datetime) -> Any:
    """Return an instant as the column has them: with its zone, or in UTC without."""
    import ibis  # noqa: PLC0415 -- heavy

    aware = column.type().timezone is not None
    return ibis.literal(at if aware else at.astimezone(UTC).replace(tzinfo=None), column.type())


def _shifted(at: Any, seconds: int) -> Any:
    import ibis  # noqa: PLC0415 -- heavy

    return (at + ibis.interval(seconds=seconds)).date() if seconds else at.date()


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _seconds(zone: str, at: datetime) -> int:
    offset = at.astimezone(_zone(zone)).utcoffset()
    assert offset is not None  # noqa: S101 -- an aware instant has one
    return int(offset.total_seconds())


def _first_with_other(zone: str, low: datetime, high: datetime) -> datetime:
    """Return the first full second after ``low`` at which clocks differ from then."""
    before = _seconds(zone, low)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        low, high = (middle, high) if _seconds(zone, middle) == before else (low, middle)
    return high
