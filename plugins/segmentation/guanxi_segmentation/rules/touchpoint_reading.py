"""Read conditions on touchpoints: the filter, the measure, the window, the comparison."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from guanxi_segmentation.rules.faults import InvalidRule, shown
from guanxi_segmentation.rules.operators import (
    MEASURES,
    NEVER_MISSING,
    type_of_measure,
)
from guanxi_segmentation.rules.shapes import (
    given_value,
    list_at,
    misplaced,
    object_at,
    only,
    texts_at,
    word_at,
)
from guanxi_segmentation.rules.tree import (
    Calendar,
    Filter,
    Fixed,
    Sliding,
    TouchpointsAre,
    Value,
    Window,
)
from guanxi_segmentation.rules.values import boolean_at, instant_at, number_at, period_at, typed

UNITS = ("day", "week", "month", "quarter", "year")
FILTERS = ("kind", "channel", "direction", "outcome", "source", "product")
DIRECTIONS = ("in", "out", "none")
BOUNDS = ("lt", "lte", "gt", "gte")
MAX_UNITS = 1000


def read_touchpoints(found: Mapping[str, Any], place: str) -> TouchpointsAre:
    """Return a condition on touchpoints; all of it is known without the catalogue."""
    known = ("touchpoints", "measure", "currency", "window", "is", "value", "missing")
    only(found, place, *known, needed=("touchpoints", "measure", "is"))
    measure: Any = word_at(found["measure"], f"{place}.measure", tuple(MEASURES))
    op = word_at(found["is"], f"{place}.is", tuple(MEASURES[measure]))
    return TouchpointsAre(
        of=_filter(found["touchpoints"], f"{place}.touchpoints"),
        measure=measure,
        op=op,
        value=_value(found, place, measure, op),
        window=_window(found["window"], f"{place}.window") if "window" in found else None,
        currency=_currency(found["currency"], f"{place}.currency") if "currency" in found else None,
        missing=_missing(found, place, measure, op),
    )


def _value(found: Mapping[str, Any], place: str, measure: str, op: str) -> Value:
    wants = MEASURES[measure][op]
    at = f"{place}.value"
    value: Any = given_value(found, place, wanted=wants != "nothing")
    if wants == "nothing":
        return None
    value = list_at(value, at, length=2) if wants == "pair" else value
    typed(value, type_of_measure(measure), wants, at)
    read: Value = tuple(value) if wants == "pair" else value
    return read


def _missing(found: Mapping[str, Any], place: str, measure: str, op: str) -> bool | None:
    if measure in NEVER_MISSING or op in ("known", "unknown"):
        if "missing" in found:
            raise misplaced(place, "missing")
        return None
    if "missing" not in found:
        raise InvalidRule(
            "%(place)s: say with %(key)s (true or false) what counts where there is no value.",
            place=place,
            key="missing",
        )
    return boolean_at(found["missing"], f"{place}.missing")


def _filter(given: Any, place: str) -> Filter:
    found = object_at(given, place)
    only(found, place, *FILTERS, "amount")
    parts = {key: texts_at(found[key], f"{place}.{key}") for key in FILTERS if key in found}
    for i, one in enumerate(parts.get("direction", ())):
        word_at(one, f"{place}.direction[{i}]", DIRECTIONS)
    amount = _amount(found["amount"], f"{place}.amount") if "amount" in found else ()
    return Filter(**parts, amount=amount)


def _amount(given: Any, place: str) -> tuple[tuple[str, Any], ...]:
    found = object_at(given, place)
    only(found, place, *BOUNDS)
    if not found:
        raise InvalidRule(
            "%(place)s: one of %(known)s is needed here.", place=place, known=", ".join(BOUNDS)
        )
    for op, value in found.items():
        number_at(value, f"{place}.{op}")
    return tuple(sorted(found.items()))


def _currency(given: Any, place: str) -> str:
    if not isinstance(given, str) or re.fullmatch("[A-Z]{3}", given) is None:
        raise InvalidRule(
            "%(place)s: a currency like EUR or CNY is needed here, not %(value)s.",
            place=place,
            value=shown(given),
        )
    return given


def _window(given: Any, place: str) -> Window:
    found = object_at(given, place)
    if "last" in found:
        only(found, place, "last")
        return Sliding(period_at(found["last"], f"{place}.last"))
    if "calendar" in found:
        return _calendar(found, place)
    only(found, place, "from", "to")
    start = instant_at(found["from"], f"{place}.from") if "from" in found else None
    end = instant_at(found["to"], f"{place}.to") if "to" in found else None
    if start is None and end is None:
        raise InvalidRule(
            "%(place)s: a window has one of %(known)s.",
            place=place,
            known="last, from, to, calendar",
        )
    if start is not None and end is not None and start >= end:
        raise InvalidRule("%(place)s: from has to be before to.", place=place)
    return Fixed(start, end)


def _calendar(found: Mapping[str, Any], place: str) -> Calendar:
    only(found, place, "calendar", "offset", "count", "zone")
    unit: Any = word_at(found["calendar"], f"{place}.calendar", UNITS)
    offset = _whole(found.get("offset", 0), f"{place}.offset", -MAX_UNITS, 0)
    count = _whole(found.get("count", 1), f"{place}.count", 1, MAX_UNITS)
    if offset + count > 1:
        raise InvalidRule(
            "%(place)s: this would reach into the future: offset and count together may be at "
            "most 1.",
            place=place,
        )
    zone = _zone(found["zone"], f"{place}.zone") if "zone" in found else None
    return Calendar(unit, offset, count, zone)


def _whole(value: Any, place: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidRule(
            "%(place)s: a whole number from %(low)s to %(high)s is needed here, not %(value)s.",
            place=place,
            low=low,
            high=high,
            value=shown(value),
        )
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(given: Any, place: str) -> str:
    if not isinstance(given, str) or given not in _zones():
        raise InvalidRule(
            "%(place)s: a time zone like Europe/London or Asia/Shanghai is needed here, "
            "not %(value)s.",
            place=place,
            value=shown(given),
        )
    return given
