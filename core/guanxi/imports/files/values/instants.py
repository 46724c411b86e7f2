"""Instants: local dates and times put into a time zone, with its missing and repeated hours."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from guanxi.imports.files.values.calendar_dates import DateOrder, parse_local
from guanxi.imports.files.values.errors import NotADate, RepeatedHour, SkippedHour, quoted

OnSkipped = Literal["refuse", "forward"]
OnRepeated = Literal["earlier", "later", "refuse"]

_LONGEST = 64


def parse_instant(
    text: str,
    zone: ZoneInfo,
    *,
    order: DateOrder | None = None,
    on_skipped: OnSkipped = "refuse",
    on_repeated: OnRepeated = "earlier",
) -> datetime:
    """Return the instant that ``text`` shows on the clocks of ``zone``, in UTC.

    An offset in the text (``Z``, ``+08:00``) goes before ``zone``. The forms are those of
    :func:`~guanxi.imports.files.values.calendar_dates.parse_local`. When clocks go forward,
    ``on_skipped`` refuses the hour that never was or moves it ``forward`` by the same step;
    when they go back, ``on_repeated`` chooses which of the two it was.
    Raises NotADate, AmbiguousDate, SkippedHour or RepeatedHour.
    """
    if len(text) > _LONGEST:
        return _placed(text, zone, order, on_skipped, on_repeated)  # refused; not remembered
    return _remembered(text, zone, order, on_skipped, on_repeated)


def _placed(
    text: str,
    zone: ZoneInfo,
    order: DateOrder | None,
    on_skipped: OnSkipped,
    on_repeated: OnRepeated,
) -> datetime:
    local = parse_local(text, order)
    try:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return _in_zone(local, zone, on_skipped, on_repeated)
    except OverflowError:  # the first or last hours of the calendar
        raise NotADate(
            "“%(text)s” is too far from today to be a date.", text=quoted(text)
        ) from None


# Files are sorted by time more often than not, so a few thousand instants go a long way.
_remembered = lru_cache(maxsize=8192)(_placed)


def _in_zone(
    local: datetime, zone: ZoneInfo, on_skipped: OnSkipped, on_repeated: OnRepeated
) -> datetime:
    first = local.replace(tzinfo=zone)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return first.astimezone(UTC)
    if before < after:  # PEP 495: in a gap the first reading has the smaller offset
        if on_skipped == "refuse":
            raise SkippedHour(
                "The time %(time)s never was in %(zone)s, because clocks went forward over it. "
                "Correct the time.",
                time=f"{local:%Y-%m-%d %H:%M}",
                zone=zone.key,
            )
        return first.astimezone(UTC)
    if on_repeated == "refuse":
        raise RepeatedHour(
            "The time %(time)s was twice in %(zone)s, because clocks went back over it. Add the "
            "offset from UTC, like +01:00.",
            time=f"{local:%Y-%m-%d %H:%M}",
            zone=zone.key,
        )
    return (second if on_repeated == "later" else first).astimezone(UTC)
