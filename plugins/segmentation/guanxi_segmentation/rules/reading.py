"""Read a rule's document into its tree: everything that can be said without the catalogue.

Whatever JSON brings is met with a sentence and the place. Nothing here walks deeper than
:data:`MAX_DEPTH`, so a document nested ten thousand times is refused like any other.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.faults import InvalidRule, shown
from guanxi_segmentation.rules.leaf_reading import LEAVES
from guanxi_segmentation.rules.shapes import object_at, only
from guanxi_segmentation.rules.tree import Node, Rule
from guanxi_segmentation.rules.values import period_at
from guanxi_segmentation.rules.writing import node_document

VERSION = 1
MAX_DEPTH = 10
MAX_NODES = 200
MAX_ARGS = 50
MAX_BYTES = 64 * 1024


def read(document: Any) -> Rule:
    """Return the rule that a document describes; its attributes are not looked up.

    :raises InvalidRule: it is none, with the place in it.
    """
    whole = object_at(document, "rule")
    only(whole, "rule", "v", "where", needed=("v", "where"))
    if whole["v"] != VERSION or isinstance(whole["v"], bool):
        raise InvalidRule(
            "%(place)s: this version of rules is unknown: %(value)s. It has to be %(known)s.",
            place="v",
            value=shown(whole["v"]),
            known=VERSION,
        )
    return rule_of(_Reader().node(whole["where"], "where", 1))


def rule_of(where: Node) -> Rule:
    """Return a rule with that tree.

    :raises InvalidRule: its document would be too long.
    """
    written = json.dumps(node_document(where), sort_keys=True, separators=(",", ":")).encode()
    if len(written) > MAX_BYTES:
        raise InvalidRule(
            "%(place)s: the rule is too long. It may have at most %(most)s KiB.",
            place="where",
            most=MAX_BYTES // 1024,
        )
    return Rule(where, sha256(written).hexdigest())


class _Reader:
    """Reads one document and counts its nodes."""

    def __init__(self) -> None:
        self._nodes = 0

    def node(self, given: Any, place: str, depth: int) -> Node:
        """Return the node that stands at ``place``."""
        self._count(place, depth)
        found = object_at(given, place)
        if "op" in found:
            return self._group(found, place, depth)
        if "held" in found:
            return self._held(found, place, depth)
        for key, read_leaf in LEAVES.items():
            if key in found:
                return read_leaf(found, place)
        raise InvalidRule(
            "%(place)s: this is no condition. It needs one of %(known)s.",
            place=place,
            known=", ".join(("op", "held", *LEAVES)),
        )

    def _count(self, place: str, depth: int) -> None:
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise InvalidRule(
                "%(place)s: groups may stand in each other at most %(most)s deep.",
                place=place,
                most=MAX_DEPTH,
            )
        if self._nodes > MAX_NODES:
            raise InvalidRule(
                "%(place)s: a rule may have at most %(most)s conditions.",
                place=place,
                most=MAX_NODES,
            )

    def _group(self, found: Mapping[str, Any], place: str, depth: int) -> Node:
        only(found, place, "op", "args", needed=("op", "args"))
        op = found["op"]
        make = _GROUPS.get(op) if isinstance(op, str) else None
        if make is None:
            raise InvalidRule(
                "%(place)s: %(value)s joins no conditions. Choose and, or, not.",
                place=f"{place}.op",
                value=shown(op),
            )
        args = _args(found["args"], f"{place}.args", 1 if op == "not" else MAX_ARGS)
        nodes = (self.node(one, f"{place}.args[{i}]", depth + 1) for i, one in enumerate(args))
        return make(tuple(nodes))

    def _held(self, found: Mapping[str, Any], place: str, depth: int) -> Node:
        only(found, place, "held", "for", needed=("held", "for"))
        period = period_at(found["for"], f"{place}.for")
        return tree.Held(self.node(found["held"], f"{place}.held", depth + 1), period)


_GROUPS: Mapping[str, Callable[[tuple[Node, ...]], Node]] = {
    "and": tree.AllOf,
    "or": tree.AnyOf,
    "not": lambda nodes: tree.Not(nodes[0]),
}


def _args(given: Any, place: str, most: int) -> list[Any]:
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise InvalidRule(
            "%(place)s: a list of 1 to %(most)s conditions is needed here.",
            place=place,
            most=most,
        )
    return given
