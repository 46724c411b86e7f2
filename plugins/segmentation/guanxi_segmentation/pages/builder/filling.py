"""Fill the form's tree from a rule's document, so that a stored rule can be edited."""

import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from guanxi_segmentation.pages.builder.comparing import same
from guanxi_segmentation.pages.builder.lengths import fields_of
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Part, subject_of
from guanxi_segmentation.pages.builder.writing import write_leaf
from guanxi_segmentation.rules.operators import MEASURES, OPERATORS

Document = Mapping[str, Any]


def fill_tree(document: Document, attributes: Mapping[str, Any], zone: ZoneInfo) -> Group:
    """Return the tree of a rule that was checked when it was stored.

    :param zone: in which days begin.
    """
    part = _Filler(attributes, zone).part(document["where"])
    return part if isinstance(part, Group) and not part.held else Group("all", [part])


class _Filler:
    def __init__(self, attributes: Mapping[str, Any], zone: ZoneInfo) -> None:
        self.attributes = attributes
        self.zone = zone

    def part(self, node: Document) -> Part:
        if "op" in node:
            return self.group(node)
        return self.held(node) if "held" in node else self.whole(node)

    def whole(self, node: Document) -> Leaf:
        """Return a condition; one that the fields cannot hold is kept as it is."""
        leaf = self.leaf(node)
        if leaf is not None and same(node, write_leaf(leaf, self.attributes, self.zone)):
            return leaf
        return Leaf(subject_of(node), {"stored": [json.dumps(node)]})

    def leaf(self, node: Document) -> Leaf | None:
        if "attribute" in node:
            return self.attribute(node)
        if "touchpoints" in node:
            return self.touchpoints(node)
        if "segment" in node:
            return Leaf("segment", {"is": [node["is"]], "value": [node["segment"]]})
        name = subject_of(node)
        return Leaf(name, {key: [str(value)] for key, value in node[name].items()})

    def group(self, node: Document) -> Group:
        parts = [self.part(one) for one in node["args"]]
        if node["op"] != "not":
            return Group("any" if node["op"] == "or" else "all", parts)
        inner = parts[0]
        turned = {"all": "not_all", "any": "none"}
        if isinstance(inner, Group) and not inner.held and inner.match in turned:
            return Group(turned[inner.match], inner.parts)
        return Group("none", [inner])

    def held(self, node: Document) -> Group:
        inner = self.part(node["held"])
        group = inner if isinstance(inner, Group) and not inner.held else Group("all", [inner])
        group.held, group.held_unit = fields_of(node["for"])
        return group

    def attribute(self, node: Document) -> Leaf | None:
        attribute = self.attributes.get(node["attribute"])
        if attribute is None or node["is"] not in OPERATORS[attribute.type]:
            return None
        values = self.compared(node, OPERATORS[attribute.type][node["is"]])
        return Leaf(subject_of(node), values)

    def compared(self, node: Document, wants: str) -> dict[str, list[str]]:
        values = {"is": [node["is"]], "missing": ["yes" if node.get("missing") else "no"]}
        value: Any = node.get("value")
        if wants == "period":
            length, unit = fields_of(value)
            return {**values, "period": [length], "period_unit": [unit]}
        if wants == "pair":
            return {**values, "value": [_text(value[0])], "value2": [_text(value[1])]}
        if wants == "list":
            listed = [_text(one) for one in value]
            return {**values, "value": listed, "lines": ["\n".join(listed)]}
        return values if wants == "nothing" else {**values, "value": [_text(value)]}

    def touchpoints(self, node: Document) -> Leaf:
        of, measure = node["touchpoints"], node["measure"]
        values = self.compared(node, MEASURES[measure][node["is"]])
        for name in ("kind", "channel", "direction", "outcome"):
            values[name] = list(of.get(name, ()))
        for name in ("source", "product"):
            values[name] = ["\n".join(of.get(name, ()))]
        for operator, amount in of.get("amount", {}).items():
            name = "amount_from" if operator.startswith("g") else "amount_to"
            values[name], values[f"{name}_is"] = [_text(amount)], [operator]
        values["currency"] = [node.get("currency", "")]
        return Leaf(f"touchpoints:{measure}", {**values, **self.window(node.get("window"))})

    def window(self, window: Document | None) -> dict[str, list[str]]:
        if window is None:
            return {"window": ["any"]}
        if "last" in window:
            length, unit = fields_of(window["last"])
            return {"window": ["last"], "last": [length], "last_unit": [unit]}
        if "calendar" in window:
            names = [name for name in ("offset", "count", "zone") if name in window]
            kept = {name: [str(window[name])] for name in names}
            return {"window": ["calendar"], "unit": [window["calendar"]], **kept}
        ends = {name: [self.day(window[name])] for name in ("from", "to") if name in window}
        return {"window": ["between"], **ends}

    def day(self, text: str) -> str:
        """Return the day that begins at an instant; an instant within a day stays as it is."""
        local = datetime.fromisoformat(text).astimezone(self.zone)
        return local.date().isoformat() if local.time() == time() else text


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
