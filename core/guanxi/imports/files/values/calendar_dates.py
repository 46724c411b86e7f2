"""Dates, with or without a time of day, as people, shops and spreadsheets write them.

Still without a zone; ``instants`` puts them into one.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from guanxi.imports.files.values.errors import AmbiguousDate, NotADate, quoted
from guanxi.imports.files.values.times_of_day import Parts, compiled, time_of

DateOrder = Literal["day_first", "month_first"]
"""How to read 1/12/2010: as 1 December or as 12 January."""

_LONGEST = 64
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_short_date = compiled(
    r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
).fullmatch
_FORMS = (
    compiled(
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    ).fullmatch,
    compiled(
        r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日?"
        r"(\s*(星期|周)[一二三四五六日天])?"
    ).fullmatch,
    _short_date,
    compiled(
        r"(?P<day>\d{1,2})(st|nd|rd|th)?[-\s.]+(?P<name>[a-z]{3,9})[-\s.,]+(?P<year>\d{4}|\d{2})"
    ).fullmatch,
    compiled(
        r"(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    ).fullmatch,
)

# Days since 30 December 1899, as in Excel for Windows. Only five digits: four are a year.
_serial = re.compile(r"(?P<days>[1-9]\d{4})(?P<part>\.\d{1,15})?", re.ASCII).fullmatch
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - local by nature


def parse_local(text: str, order: DateOrder | None = None) -> datetime:
    """Return the date and time that ``text`` shows; aware only if it names its offset.

    Understands ISO 8601, ``2010/12/1 8:26``, ``1/12/2010 8:26 pm`` by ``order``, ``1 Dec 2010``,
    ``2011年3月5日 下午2:30`` and the day numbers of Excel (to the second). Without a time it is
    midnight; years of two digits are 1969 to 2068. Raises NotADate, or AmbiguousDate if day
    and month could be swapped and ``order`` is None.
    """
    if len(text) > _LONGEST:
        raise _not_a_date(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _understood(unicodedata.normalize("NFKC", text).strip(), order)
    except (ValueError, OverflowError):
        raise _not_a_date(text) from None


def parse_date(text: str, order: DateOrder | None = None) -> date:
    """Return the date that ``text`` shows, whatever time stands with it.

    The forms and exceptions are those of :func:`parse_local`.
    """
    return parse_local(text, order).date()


def guess_date_order(texts: Iterable[str]) -> DateOrder | None:
    """Tell from a column's cells whether its dates have the day or the month first.

    None if they show no difference, or contradict each other.
    """
    firsts_over_12 = seconds_over_12 = False
    for text in texts:
        short = _short_date(unicodedata.normalize("NFKC", text[:_LONGEST]).strip())
        if short:
            firsts_over_12 |= int(short["one"]) > 12
            seconds_over_12 |= int(short["two"]) > 12
    if firsts_over_12 == seconds_over_12:
        return None
    return "day_first" if firsts_over_12 else "month_first"


def _understood(text: str, order: DateOrder | None) -> datetime:
    """Return the date that the normalised ``text`` shows, or raise ValueError."""
    serial = _serial(text)
    if serial:
        seconds = round(float(serial["part"] or 0) * 86_400)
        return _SERIAL_ZERO + timedelta(days=int(serial["days"]), seconds=seconds)
    for form in _FORMS:
        found = form(text)
        if found:
            parts = found.groupdict()
            month, day = _month_and_day(parts, order, text)
            return datetime(_year(parts), month, day, *time_of(parts))  # noqa: DTZ001 - local
    return datetime.fromisoformat(text)


def _month_and_day(parts: Parts, order: DateOrder | None, text: str) -> tuple[int, int]:
    if "one" not in parts:
        name = parts.get("name")
        return _month(name) if name else _number(parts, "month"), _number(parts, "day")
    one, two = _number(parts, "one"), _number(parts, "two")
    if order is None and max(one, two) <= 12 and one != two:
        raise AmbiguousDate(
            "“%(text)s” could have the day or the month first. Choose which for this column.",
            text=quoted(text),
        )
    day_first = one > 12 if order is None else order == "day_first"
    return (two, one) if day_first else (one, two)


def _number(parts: Parts, name: str) -> int:
    return int(parts[name] or 0)


def _month(name: str) -> int:
    """Return the number of a month by its full name or first three letters ("Sept" too)."""
    word = "sep" if name.lower() == "sept" else name.lower()
    for number, month in enumerate(_MONTHS, 1):
        if word in (month, month[:3]):
            return number
    raise ValueError(name)


def _year(parts: Parts) -> int:
    year = _number(parts, "year")
    if len(parts["year"] or "") > 2:
        return year
    return year + (2000 if year < 69 else 1900)


def _not_a_date(text: str) -> NotADate:
    return NotADate(
        "“%(text)s” is not a date that can be read. Write it like 2010-12-01 08:26.",
        text=quoted(text),
    )
