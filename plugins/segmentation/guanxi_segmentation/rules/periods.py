"""Lengths of time in rules: ``P30D``, ``P4W``, ``PT36H``; a day is 24 hours, wherever."""

import re
from dataclasses import dataclass
from datetime import timedelta

MAX_DAYS = 36_500
PATTERN = re.compile(r"P(?:(?P<days>[0-9]{1,6})D|(?P<weeks>[0-9]{1,6})W|T(?P<hours>[0-9]{1,6})H)")
EXAMPLES = "P30D, P4W, PT36H"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time, always more than nothing (时长)."""

    text: str
    delta: timedelta

    @property
    def whole_days(self) -> int | None:
        """How many calendar days it is; None if it is given in hours."""
        return None if "T" in self.text else self.delta.days


def period_of(text: str) -> Period | None:
    """Return the period that ``text`` means; None if it means none that a rule may have."""
    found = PATTERN.fullmatch(text)
    if found is None:
        return None
    parts = {unit: int(number) for unit, number in found.groupdict().items() if number}
    if parts.get("hours", 0) > MAX_DAYS * 24 or max(parts.values()) > MAX_DAYS * 24:
        return None
    delta = timedelta(**parts)
    return Period(text, delta) if timedelta(0) < delta <= timedelta(days=MAX_DAYS) else None
