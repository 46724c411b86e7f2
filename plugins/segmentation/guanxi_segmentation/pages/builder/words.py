"""How operators, measures and the rest are called in the builder."""

from collections.abc import Iterable, Mapping
from typing import Final

from guanxi_segmentation.texts import _, lazy_

Option = tuple[str, str]

OPERATORS: Final = {
    "eq": lazy_("is"),
    "ne": lazy_("is not"),
    "lt": lazy_("is less than"),
    "lte": lazy_("is at most"),
    "gt": lazy_("is more than"),
    "gte": lazy_("is at least"),
    "between": lazy_("is between"),
    "contains": lazy_("contains"),
    "starts": lazy_("begins with"),
    "in": lazy_("is one of"),
    "has": lazy_("has"),
    "has_any": lazy_("has one of"),
    "before": lazy_("is before"),
    "after": lazy_("is after"),
    "on": lazy_("is on"),
    "within_last": lazy_("lies in the last"),
    "older_than": lazy_("is longer ago than"),
    "within_next": lazy_("lies in the next"),
    "anniversary_within": lazy_("comes round in the next"),
    "known": lazy_("is known"),
    "unknown": lazy_("is not known"),
}
MEASURES: Final = {
    "count": lazy_("Number of touchpoints"),
    "days": lazy_("Days with touchpoints"),
    "sum": lazy_("Sum of amounts"),
    "avg": lazy_("Average amount"),
    "min": lazy_("Smallest amount"),
    "max": lazy_("Largest amount"),
    "last": lazy_("Last touchpoint"),
    "first": lazy_("First touchpoint"),
}
MATCHES: Final = {
    "all": lazy_("All of these are met"),
    "any": lazy_("At least one of these is met"),
    "none": lazy_("None of these is met"),
    "not_all": lazy_("Not all of these are met"),
}
WINDOWS: Final = {
    "any": lazy_("at any time"),
    "last": lazy_("in the last"),
    "calendar": lazy_("in the calendar period"),
    "between": lazy_("between two days"),
}
PERIODS: Final = {
    "day": lazy_("day"),
    "week": lazy_("week"),
    "month": lazy_("month"),
    "quarter": lazy_("quarter"),
    "year": lazy_("year"),
}
DIRECTIONS: Final = {
    "in": lazy_("from the customer"),
    "out": lazy_("to the customer"),
    "none": lazy_("without direction"),
}
BOUNDS: Final = {
    "gte": lazy_("at least"),
    "gt": lazy_("more than"),
    "lte": lazy_("at most"),
    "lt": lazy_("less than"),
}


def options(words: Mapping[str, object], keys: Iterable[str] | None = None) -> list[Option]:
    """Return words as options of a list, all or those asked for."""
    return [(key, str(words[key])) for key in (words if keys is None else keys)]


def yes_no() -> list[Option]:
    """Return true and false as people say it."""
    return [("true", _("yes")), ("false", _("no"))]


def missing_options() -> list[Option]:
    """Return what a value that is not known may count as."""
    return [("no", _("does not meet the condition")), ("yes", _("meets the condition"))]


def periods_back(chosen: str) -> list[Option]:
    """Return which calendar period is meant, counted back from the present one."""
    near = {0: _("this"), -1: _("the last"), -2: _("the one before last")}
    offered = {str(n): near.get(n) or _("%(number)s back", number=-n) for n in range(0, -13, -1)}
    offered.setdefault(chosen, _("%(number)s back", number=chosen.lstrip("-")))
    return list(offered.items())
