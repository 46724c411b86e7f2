"""Which comparisons there are for which type of value, and which values they take."""

from collections.abc import Mapping
from typing import Literal

Wants = Literal["one", "list", "pair", "period", "day", "moment", "nothing"]
"""What an operator is given: a value of the type, several, from-to, a length of time, a calendar
day, an instant or a day, or nothing."""

_KNOWN: Mapping[str, Wants] = {"known": "nothing", "unknown": "nothing"}
NUMBERS: Mapping[str, Wants] = {
    "eq": "one",
    "ne": "one",
    "lt": "one",
    "lte": "one",
    "gt": "one",
    "gte": "one",
    "between": "pair",
}
PAST: Mapping[str, Wants] = {
    "before": "moment",
    "after": "moment",
    "on": "day",
    "within_last": "period",
    "older_than": "period",
}
OPERATORS: Mapping[str, Mapping[str, Wants]] = {
    "text": {"eq": "one", "ne": "one", "contains": "one", "starts": "one", "in": "list", **_KNOWN},
    "number": {**NUMBERS, **_KNOWN},
    "money": {**NUMBERS, **_KNOWN},
    "date": {
        **PAST,
        "before": "day",
        "after": "day",
        "within_next": "period",
        "anniversary_within": "period",
        **_KNOWN,
    },
    "instant": {**PAST, "within_next": "period", **_KNOWN},
    "boolean": {"eq": "one", **_KNOWN},
    "choice": {"eq": "one", "ne": "one", "in": "list", **_KNOWN},
    "choices": {"has": "one", "has_any": "list", **_KNOWN},
}
"""By the type of an attribute."""
MEASURES: Mapping[str, Mapping[str, Wants]] = {
    "count": NUMBERS,
    "days": NUMBERS,
    "sum": {**NUMBERS, **_KNOWN},
    "avg": {**NUMBERS, **_KNOWN},
    "min": {**NUMBERS, **_KNOWN},
    "max": {**NUMBERS, **_KNOWN},
    "last": {**PAST, **_KNOWN},
    "first": {**PAST, **_KNOWN},
}
"""By the measure of touchpoints."""
NEVER_MISSING = frozenset({"count", "days"})
"""Measures that have a value always: none is 0."""
OF_MONEY = frozenset({"sum", "avg", "min", "max"})
"""Measures of the amounts of touchpoints."""
ALL = frozenset(op for by_type in (OPERATORS, MEASURES) for ops in by_type.values() for op in ops)


def type_of_measure(measure: str) -> str:
    """Return the type of value that a measure of touchpoints has."""
    if measure in OF_MONEY:
        return "money"
    return "number" if measure in NEVER_MISSING else "instant"
