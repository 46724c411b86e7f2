"""Make a rule of the tree, as far as it is complete, and tell what is missing where."""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from guanxi_segmentation.pages.builder.lengths import written
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Part, Place, subject_of
from guanxi_segmentation.rules.operators import MEASURES, NEVER_MISSING, OPERATORS, Wants
from guanxi_segmentation.texts import _

Attributes = Any
"""Attributes by key, as of the catalogue."""
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Written:
    """A rule's document, and what still keeps it from being one."""

    document: dict[str, Any]
    lacks: dict[Place, str] = field(default_factory=dict)
    """What has to be filled in, in the reader's language."""
    places: dict[str, Place] = field(default_factory=dict)
    """Which part of the tree a path in the document belongs to."""

    def place_of(self, path: str) -> Place:
        """Return the part that a path like ``where.args[1].value`` is about."""
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, ())


def write_rule(root: Group, attributes: Attributes, zone: ZoneInfo) -> Written:
    """Return the rule that the tree stands for.

    :param zone: in which days begin.
    """
    result = Written({})
    writer = _Writer(result, attributes, zone)
    result.document = {"v": 1, "where": writer.part(root, (), "where")}
    return result


def write_leaf(leaf: Leaf, attributes: Attributes, zone: ZoneInfo) -> dict[str, Any]:
    """Return what one condition is in a rule."""
    return _Writer(Written({}), attributes, zone).leaf(leaf, ())


class _Writer:
    def __init__(self, result: Written, attributes: Attributes, zone: ZoneInfo) -> None:
        self.result = result
        self.attributes = attributes
        self.zone = zone

    def part(self, part: Part, place: Place, path: str) -> dict[str, Any]:
        self.result.places.setdefault(path, place)
        if isinstance(part, Leaf):
            return self.leaf(part, place)
        if part.held:
            inner = Group(part.match, part.parts)
            self.result.places[f"{path}.for"] = place
            return {
                "held": self.part(inner, place, f"{path}.held"),
                "for": written(plain(part.held), part.held_unit),
            }
        return self.group(part, place, path)

    def group(self, group: Group, place: Place, path: str) -> dict[str, Any]:
        if not group.parts:
            self.result.lacks[place] = _("Add a condition.")
            return {"op": "and", "args": []}
        if group.match in ("none", "not_all"):
            inner = Group("any" if group.match == "none" else "all", group.parts)
            self.result.places.setdefault(f"{path}.args", place)
            return {"op": "not", "args": [self.group(inner, place, f"{path}.args[0]")]}
        if len(group.parts) == 1:
            return self.part(group.parts[0], (*place, 0), path)
        self.result.places[path] = place
        parts = [
            self.part(part, (*place, index), f"{path}.args[{index}]")
            for index, part in enumerate(group.parts)
        ]
        return {"op": "or" if group.match == "any" else "and", "args": parts}

    def leaf(self, leaf: Leaf, place: Place) -> dict[str, Any]:  # noqa: PLR0911 -- one for each subject
        self.result.places.setdefault("", ())
        source, _sep, key = leaf.what.partition(":")
        kept = stored(leaf.text("stored"))
        if kept is not None and subject_of(kept) == leaf.what:
            return kept
        match source:
            case "attribute":
                return self.attribute(leaf, place, key)
            case "touchpoints":
                return self.touchpoints(leaf, place, key)
            case "segment":
                return self.segment(leaf, place)
            case "bucket":
                return _bucket(leaf)
            case "consent":
                names = ("channel", "purpose", "is")
                return {"consent": {name: leaf.text(name) for name in names}}
        self.result.lacks[place] = _("Choose what the condition is about.")
        return {"op": "and", "args": []}

    def segment(self, leaf: Leaf, place: Place) -> dict[str, Any]:
        key = leaf.text("value")
        if not key:
            self.result.lacks[place] = _("Choose a segment.")
        return {"segment": key, "is": leaf.text("is", "member")}

    def attribute(self, leaf: Leaf, place: Place, key: str) -> dict[str, Any]:
        attribute = self.attributes.get(key)
        written: dict[str, Any] = {"attribute": key}
        if attribute is None:  # the rule's own check says that there is none
            return {**written, "is": "known"}
        operators = OPERATORS[attribute.type]
        self.compare(written, leaf, place, operators, attribute.type)
        if attribute.nullable and written["is"] not in ("known", "unknown"):
            written["missing"] = leaf.text("missing") == "yes"
        return written

    def compare(
        self,
        written: dict[str, Any],
        leaf: Leaf,
        place: Place,
        operators: "dict[str, Wants] | Any",
        type_: str,
    ) -> None:
        operator = leaf.text("is")
        if operator not in operators:
            operator = next(iter(operators))
        written["is"] = operator
        wants = operators[operator]
        if wants == "nothing":
            return
        value = _value(leaf, wants, type_)
        if value in ("", [], ["", ""]) or (wants == "pair" and "" in value):
            self.result.lacks[place] = _missing_value(wants)
        written["value"] = value

    def touchpoints(self, leaf: Leaf, place: Place, measure: str) -> dict[str, Any]:
        of: dict[str, Any] = {}
        for name in ("kind", "channel", "direction", "outcome"):
            if chosen := leaf.texts(name):
                of[name] = chosen
        for name in ("source", "product"):
            if listed := lines(leaf.text(name)):
                of[name] = listed
        if bounds := _bounds(leaf):
            of["amount"] = bounds
        written: dict[str, Any] = {"touchpoints": of, "measure": measure}
        if currency := leaf.text("currency"):
            written["currency"] = currency.upper()
        if (window := self.window(leaf, place)) is not None:
            written["window"] = window
        if measure not in MEASURES:
            return {**written, "is": leaf.text("is"), "value": leaf.text("value")}
        self.compare(written, leaf, place, MEASURES[measure], type_of(measure))
        if measure not in NEVER_MISSING and written["is"] not in ("known", "unknown"):
            written["missing"] = leaf.text("missing") == "yes"
        return written

    def window(self, leaf: Leaf, place: Place) -> dict[str, Any] | None:
        kind = leaf.text("window")
        if kind == "last":
            length = plain(leaf.text("last"))
            if not length:
                self.result.lacks[place] = _("Say how long the time is.")
            return {"last": written(length, leaf.text("last_unit", "D"))}
        if kind == "between":
            ends = {name: self.instant(leaf.text(name)) for name in ("from", "to")}
            if not any(ends.values()):
                self.result.lacks[place] = _("Choose at least one of the two days.")
            return {name: value for name, value in ends.items() if value}
        if kind == "calendar":
            return _calendar(leaf)
        return None

    def instant(self, text: str) -> str:
        """Return the first instant of a day; anything else stays as typed."""
        if not DAY.fullmatch(text):
            return text
        try:
            return datetime.combine(date.fromisoformat(text), time(), self.zone).isoformat()
        except (ValueError, OverflowError):
            return text


def type_of(measure: str) -> str:
    """Return the type of value that a measure of touchpoints has."""
    if measure in NEVER_MISSING:
        return "number"
    return "instant" if measure in ("last", "first") else "money"


def plain(text: str) -> str:
    """Return what was typed with ordinary digits, as of a Chinese keyboard, and no blanks."""
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def number(text: str) -> int | str:
    """Return a number as rules hold it: whole ones as such, others as exact text."""
    typed = plain(text)
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", typed):
        typed = typed.replace(",", "")
    return int(typed) if re.fullmatch("-?[0-9]{1,15}", typed) else typed


def lines(text: str) -> list[str]:
    """Return the values of a list, one a line."""
    return list(dict.fromkeys(one.strip() for one in text.splitlines() if one.strip()))


def _missing_value(wants: Wants) -> str:
    if wants == "period":
        return _("Say how long the time is.")
    if wants in ("day", "moment"):
        return _("Choose a day.")
    return _("Fill in both values.") if wants == "pair" else _("Fill in a value.")


def _value(leaf: Leaf, wants: Wants, type_: str) -> Any:
    if wants == "period":
        length = plain(leaf.text("period"))
        return written(length, leaf.text("period_unit", "D")) if length else ""
    if wants == "pair":
        return [number(leaf.text("value")), number(leaf.text("value2"))]
    if wants == "list":
        return list(dict.fromkeys([*leaf.texts("value"), *lines(leaf.text("lines"))]))
    text = leaf.text("value")
    if type_ in ("number", "money") and wants == "one":
        return number(text)
    if type_ == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _bounds(leaf: Leaf) -> dict[str, int | str]:
    """Return between which amounts a touchpoint has to lie to count."""
    pairs = (("amount_from", ("gte", "gt")), ("amount_to", ("lte", "lt")))
    found: dict[str, int | str] = {}
    for name, operators in pairs:
        if plain(leaf.text(name)):
            operator = leaf.text(f"{name}_is")
            found[operator if operator in operators else operators[0]] = number(leaf.text(name))
    return found


def _bucket(leaf: Leaf) -> dict[str, Any]:
    bounds = {name: _percent(leaf.text(name, d)) for name, d in (("from", "0"), ("to", "10"))}
    return {"bucket": {"salt": leaf.text("salt") or "test", **bounds}}


def _percent(text: str) -> int | float | str:
    typed = number(text)
    return float(typed) if re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,2}", str(typed)) else typed


def _calendar(leaf: Leaf) -> dict[str, Any]:
    found: dict[str, Any] = {"calendar": leaf.text("unit", "month")}
    found |= {name: number(leaf.text(name, d)) for name, d in (("offset", "0"), ("count", "1"))}
    return found | ({"zone": leaf.text("zone")} if leaf.text("zone") else {})


def stored(text: str) -> dict[str, Any] | None:
    """Return a condition that the form keeps as it is, because its fields cannot hold it."""
    try:
        kept = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return kept if isinstance(kept, dict) else None
