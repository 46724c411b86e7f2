"""Dates as survey-core reads and compares them, in the time zone of the evaluation.

A date is an aware datetime, cut to milliseconds. What is no date, or lies outside the years 1 to
9999, is ``INVALID_DATE``.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from guanxi_surveys.expressions.javascript import INVALID_DATE, is_date, to_text
from guanxi_surveys.expressions.numerals import WHITESPACE, Number, is_number

_ISO: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
    r"(T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_YEAR_FIRST: Final = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
    r"(?: ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_YEAR_LAST: Final = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST: Final = 40
"""Characters of a text that can be a date."""

Parts = Sequence[Number]
"""Year, month from 0, day, hour, minute, second, millisecond."""


def read_date(value: Any, zone: tzinfo) -> Any:
    """Return the date that a value stands for: milliseconds, a text, another date.

    A text with nothing but a day is the midnight of ``zone``.
    """
    if is_date(value):
        return value
    if is_number(value) or isinstance(value, bool):
        return _from_milliseconds(value, zone)
    text = to_text(value)[: _LONGEST + 1]
    if isinstance(value, str) and text.find("T") <= 0 and _DAY.search(text):
        day = _from_text(text, zone)
        return day if day is INVALID_DATE else _from_text(text + "T00:00:00", zone)
    return _from_text(text, zone)


def made(parts: Parts, zone: tzinfo | None) -> Any:
    """Return the date of some parts, which may be beyond their ends: month 12 is next January."""
    if not all(math.isfinite(part) for part in parts):
        return INVALID_DATE
    year, month, day, hour, minute, second, thousandth = map(int, parts)
    try:
        first = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 -- added below
        rest = timedelta(
            days=day - 1, hours=hour, minutes=minute, seconds=second, milliseconds=thousandth
        )
        return (first + rest).replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return INVALID_DATE


def parts_of(date: datetime) -> list[Number]:
    """Return the parts of a date as :func:`made` takes them."""
    thousandth = date.microsecond // 1000
    return [
        date.year, date.month - 1, date.day, date.hour, date.minute, date.second, thousandth
    ]  # fmt: skip


def as_compared(x: Any, y: Any) -> tuple[Any, Any]:
    """Return two values ready to compare, at least one of which is a date.

    A text is read as a date, and the date beside it is cut to what the text says of it.
    """
    if isinstance(x, str) and isinstance(y, datetime):
        y = y.replace(microsecond=0)
        return _beside(x, y), y
    if isinstance(x, datetime) and isinstance(y, str):
        x = _cut(x, len(y)).replace(microsecond=0)
        return x, _beside(y, x)
    return x, y


def _beside(text: str, date: datetime) -> Any:
    """Return the date of a text, its midnight if the date beside it is one."""
    read = read_date(text, date.tzinfo or UTC)
    if read is INVALID_DATE or date.hour or date.minute or date.second:
        return read
    return read.replace(hour=0, minute=0, second=0)


def _cut(date: datetime, length: int) -> datetime:
    """Return a date without what a text of ``length`` characters does not tell."""
    if length < 17:
        date = date.replace(second=0)
    if length < 14:
        date = date.replace(minute=0)
    return date.replace(hour=0) if length < 11 else date


def _from_milliseconds(value: Number, zone: tzinfo) -> Any:
    try:
        date = datetime.fromtimestamp(int(value) // 1000, UTC)
        return (date + timedelta(milliseconds=int(value) % 1000)).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return INVALID_DATE


def _from_text(text: str, zone: tzinfo) -> Any:
    iso = _ISO.fullmatch(text)
    if iso:
        return _from_iso(iso, zone)
    text = text.strip(WHITESPACE)
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        year, month, day, *time = (int(part or 0) for part in found.groups())
        return _checked(year, month, day, [*time, 0], zone)
    found = _YEAR_LAST.fullmatch(text)
    if found:
        month, day, year, *time = (int(part or 0) for part in found.groups())
        return _checked(year, month, day, [*time, 0], zone)
    return INVALID_DATE


def _from_iso(found: re.Match[str], zone: tzinfo) -> Any:
    """Return the date of an ISO text: one without a time, or with Z, is of UTC."""
    year, month, day, time, hour, minute, second, fraction, offset = found.groups()
    thousandth = int((fraction or "0").ljust(3, "0")[:3])
    clock = [int(hour or 0), int(minute or 0), int(second or 0), thousandth]
    own = zone if time and not offset else UTC
    date = _checked(int(year), int(month or 1), int(day or 1), clock, own)
    if date is INVALID_DATE or own is zone:
        return date
    try:
        return (date - _shift(offset or "Z")).astimezone(zone)
    except (ValueError, OverflowError):
        return INVALID_DATE


def _shift(offset: str) -> timedelta:
    if offset == "Z":
        return timedelta()
    size = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return -size if offset[0] == "-" else size


def _checked(year: int, month: int, day: int, time: list[int], zone: tzinfo) -> Any:
    """Return the date, if each part can be; 31 April is 1 May."""
    hour, minute, second, thousandth = time
    end_of_day = hour == 24 and not (minute or second or thousandth)
    if not (1 <= month <= 12 and 1 <= day <= 31 and (hour < 24 or end_of_day)):
        return INVALID_DATE
    if minute > 59 or second > 59:
        return INVALID_DATE
    return made((year, month - 1, day, hour, minute, second, thousandth), zone)
