"""Days as files write them."""

import re
from datetime import date
from typing import Final

from guanxi.sdk import Invalid
from guanxi_scoring.texts import N_, _

_MIDNIGHT: Final = r"(?:[ T]0{1,2}:00(?::00)?)?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_MIDNIGHT}")
_YEAR_LAST: Final = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_MIDNIGHT}")
UNREADABLE: Final = N_("“%(text)s” is no day such as 2026-01-31.")


def day_of(text: str, field: str = "day", order: str = "") -> date:
    """Return a day that is written year first, or in the order that is known of the file.

    :param field: what the day is of, for who must correct it.
    :param order: ``day_first`` or ``month_first`` where the year stands last; else such is refused.
    :raises Invalid: it is no day, or it is not known which number is the month.
    """
    year, month, day = _parts(text.strip(), order)
    try:
        return date(year, month, day)
    except ValueError:
        told = {"text": text[:40]}
        raise Invalid(UNREADABLE, fields={field: [_(UNREADABLE, **told)]}, **told) from None


def _parts(text: str, order: str) -> tuple[int, int, int]:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
        return year, month, day
    if order and (match := _YEAR_LAST.fullmatch(text)):
        first, second, year = map(int, match.groups())
        return (year, first, second) if order == "month_first" else (year, second, first)
    return 0, 0, 0
