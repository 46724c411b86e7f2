"""Comparisons of a value that is known, in Python; ``sql/comparing.py`` says the same in SQL."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from guanxi_segmentation.rules.moments import Ends, Moment
from guanxi_segmentation.rules.values import Typed

NUMBERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
"""Of values, and of columns."""
_TEXTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "in": lambda value, wanted: value in wanted,
}


def number_is(value: Any, op: str, wanted: Typed, *, times: int = 1) -> bool:
    """Compare a number; ``times`` is what the wanted one is multiplied by, as for an average."""
    if op == "between":
        low, high = wanted
        return bool(low * times <= value <= high * times)
    return bool(NUMBERS[op](value, wanted * Decimal(times)))


def holds(value: Any, type_: str, op: str, wanted: Typed, moment: Moment) -> bool:
    """Compare a value of an attribute or of touchpoints that is known.

    ``contains`` and ``starts`` are not answered here, but by PostgreSQL while loading.
    """
    if type_ in ("number", "money"):
        return number_is(value, op, wanted)
    if type_ == "instant":
        return within(value, moment.instants(op, wanted))
    if type_ == "date":
        day = moment.next_anniversary(value) if op == "anniversary_within" else value
        return within(day, moment.days(op, wanted))
    if type_ == "choices":
        return any(one in value for one in (wanted if op == "has_any" else (wanted,)))
    return _TEXTS[op](value, wanted)


def within(value: Any, ends: Ends) -> bool:
    """Say whether a value lies in ``[low, high)``."""
    low, high = ends
    return (low is None or value >= low) and (high is None or value < high)
