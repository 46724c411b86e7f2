"""Bins of one characteristic (特征分箱): which one a value falls into, in plain Python.

Missing and special values have bins of their own. A value that no case of the training data
resembled has none: it is refused, for a card knows nothing about it.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Final, Literal

Number = Literal["number"]
Kind = Literal["number", "category"]
Why = Literal["below", "above", "missing", "unknown", "no_number"]

INTERVAL: Final = "interval"
CATEGORIES: Final = "categories"
MISSING: Final = "missing"
SPECIAL: Final = "special"
DAY: Final = 86_400


class OutsideTraining(Exception):
    """A value that nothing in the training data resembled; ``why`` says how."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin. An interval holds ``low <= value < high``; None: everything that way."""

    kind: Literal["interval", "categories", "missing", "special"]
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {
            "kind": self.kind, "low": self.low, "high": self.high, "values": list(self.values),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bins:
    """All bins of a characteristic, and the least and greatest number that training saw."""

    kind: Kind
    bins: tuple[Bin, ...]
    low: float | None = None
    high: float | None = None

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Bins":
        """Return the bins that a card's parameters hold."""
        bins = tuple(
            Bin(one["kind"], one["low"], one["high"], tuple(one["values"]))
            for one in stored["bins"]
        )
        return cls(stored["type"], bins, stored["low"], stored["high"])

    def finder(self) -> "Finder":
        """Return what finds the bin of a value."""
        return Finder(self)


class Finder:
    """Finds the position of the bin of a value; made once for many values."""

    def __init__(self, bins: Bins) -> None:
        self.bins = bins
        self.cuts: list[float] = []
        """Where intervals begin, and in ``places`` which of them; what stands by itself."""
        self.places: list[int] = []
        self.exact: dict[Any, int] = {}
        self.missing: int | None = None
        for place, one in enumerate(bins.bins):
            self._take(place, one)

    def __call__(self, value: Any) -> int:
        """Return the position of the bin.

        :raises OutsideTraining: there is none.
        """
        if is_missing(value):
            if self.missing is None:
                raise OutsideTraining("missing")
            return self.missing
        return self._number(value) if self.bins.kind == "number" else self._category(value)

    def _take(self, place: int, one: Bin) -> None:
        if one.kind == INTERVAL:
            if one.low is not None:
                self.cuts.append(one.low)
            self.places.append(place)
        elif one.kind == MISSING:
            self.missing = place
        else:
            self.exact |= dict.fromkeys(one.values, place)

    def _number(self, value: Any) -> int:
        number = as_number(value)
        if number is None:
            return self._text(value)
        if number in self.exact:
            return self.exact[number]
        low, high = self.bins.low, self.bins.high
        if low is None or high is None or number < low:
            raise OutsideTraining("below")
        if number > high:
            raise OutsideTraining("above")
        return self.places[bisect_right(self.cuts, number)]

    def _text(self, value: Any) -> int:
        """Find a text among numbers: one that stands for something else, such as "not asked"."""
        found = self.exact.get(as_category(value))
        if found is None:
            raise OutsideTraining("no_number")
        return found

    def _category(self, value: Any) -> int:
        found = self.exact.get(as_category(value))
        if found is None:
            raise OutsideTraining("unknown")
        return found


def is_missing(value: Any) -> bool:
    """Say whether a value is no value: None, an empty text, a number that is none."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and value != value  # noqa: PLR0124 -- so is NaN told


def as_number(value: Any) -> float | None:
    """Return a value as a number; None where it is none. A text is read as written in a file."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float | Decimal):
        number = float(value)
    else:
        try:
            number = float(str(value).strip().replace("\u2212", "-"))
        except ValueError:
            return None
    return number if isfinite(number) else None


def as_category(value: Any) -> str:
    """Return a value as the word that stands for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize() + 0, "f")  # nought has no sign
    return str(value).strip()


def as_plain(value: Any, as_of: datetime) -> Any:
    """Return a value of the catalogue as a card takes it: days become days before ``as_of``."""
    if isinstance(value, datetime):
        return (as_of - value).total_seconds() / DAY
    if isinstance(value, date):
        return float((as_of.date() - value).days)
    return float(value) if isinstance(value, Decimal) else value
