"""Festivals (节日) as a setting: one per line, for whom and when.

``CN 2027-02-05..2027-02-12`` is for customers in China in one year, ``zh 10-01`` for all who
read Chinese, every year. Capitals are a country (ISO 3166-1), small letters a language.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

_DAY: Final = r"(\d{4}-)?\d\d-\d\d"
_LINE: Final = re.compile(
    rf"(?P<whom>[A-Z]{{2}}|[a-z]{{2,3}}) +(?P<first>{_DAY})(\.\.(?P<last>{_DAY}))?"
)
_LONGEST: Final = 31
_LEAP_YEAR: Final = 2024


@dataclass(frozen=True, slots=True)
class Festival:
    """Days on which customers of a culture are left in peace."""

    whom: str
    days: frozenset[date] = field(default_factory=frozenset)
    yearly: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    """Month and day, every year."""

    def is_for(self, country: str | None, language: str | None) -> bool:
        """Say whether somebody in ``country`` who reads ``language`` keeps it."""
        if self.whom.isupper():
            return (country or "").upper() == self.whom
        return (language or "").lower().split("-")[0] == self.whom


def parse_festival(line: str) -> Festival:
    """Return the festival that a line describes.

    :raises ValueError: it describes none.
    """
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ValueError(line)
    first, last = found["first"], found["last"] or found["first"]
    if len(first) != len(last):
        raise ValueError(line)
    yearly = len(first) == len("10-01")
    prefix = f"{_LEAP_YEAR}-" if yearly else ""
    days = _between(date.fromisoformat(prefix + first), date.fromisoformat(prefix + last))
    if yearly:
        return Festival(found["whom"], yearly=frozenset((day.month, day.day) for day in days))
    return Festival(found["whom"], days=frozenset(days))


def festivals_of(
    lines: Iterable[str], country: str | None, language: str | None
) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    """Return the days of all festivals that somebody keeps, and month and day of yearly ones."""
    kept = [one for one in map(parse_festival, lines) if one.is_for(country, language)]
    return (
        frozenset().union(*(one.days for one in kept)),
        frozenset().union(*(one.yearly for one in kept)),
    )


def _between(first: date, last: date) -> list[date]:
    length = (last - first).days + 1
    if not 1 <= length <= _LONGEST:
        raise ValueError(length)
    return [first + timedelta(days=place) for place in range(length)]
