"""Check a rule against the attribute catalogue: does the attribute exist, does the value fit."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from guanxi.sdk import Attribute
from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.faults import InvalidRule, shown
from guanxi_segmentation.rules.operators import OPERATORS
from guanxi_segmentation.rules.reading import read
from guanxi_segmentation.rules.tree import AttributeIs, Node, Rule
from guanxi_segmentation.rules.values import Typed, typed


def parse(document: Any, attributes: Mapping[str, Attribute]) -> Rule:
    """Return the rule that a document describes, checked against the catalogue.

    :raises InvalidRule: it cannot be, with a sentence and the place in the document.
    """
    rule = read(document)
    check(rule.where, attributes, "where")
    return rule


def check(node: Node, attributes: Mapping[str, Attribute], place: str) -> None:
    """Check a node and all below it.

    :raises InvalidRule: as :func:`parse`.
    """
    if isinstance(node, tree.Held):
        check(node.where, attributes, f"{place}.held")
    for i, child in enumerate(tree.children(node)):
        check(child, attributes, f"{place}.args[{i}]")
    if isinstance(node, AttributeIs):
        typed_value(node, attribute_at(node.key, attributes, place), place)


def attribute_at(key: str, attributes: Mapping[str, Attribute], place: str) -> Attribute:
    """Return the attribute with that key.

    :raises UnknownAttribute: nobody contributes it now.
    """
    found = attributes.get(key)
    if found is None:
        raise UnknownAttribute(key, attributes, place)
    return found


class UnknownAttribute(InvalidRule):
    """Nobody contributes this attribute: it never was, or its plugin is disabled."""

    code = "unknown_attribute"

    def __init__(self, key: str, attributes: Mapping[str, Attribute], place: str) -> None:
        meant = get_close_matches(key[:80], attributes, 1)
        at = f"{place}.attribute"
        if meant:
            super().__init__(
                "%(place)s: there is no attribute %(key)s. Do you mean %(meant)s?",
                place=at,
                key=shown(key),
                meant=meant[0],
            )
        else:
            super().__init__(
                "%(place)s: there is no attribute %(key)s. Is its plugin switched off?",
                place=at,
                key=shown(key),
            )
        self.key = key


def typed_value(node: AttributeIs, attribute: Attribute, place: str) -> Typed:
    """Return the value that the attribute is compared with, in its type.

    :raises InvalidRule: the operator or the value does not fit, or ``missing`` is needed.
    """
    offered = OPERATORS[attribute.type]
    wants = offered.get(node.op)
    if wants is None:
        raise InvalidRule(
            "%(place)s: %(key)s cannot be compared with %(value)s; it offers %(known)s.",
            place=f"{place}.is",
            key=node.key,
            value=node.op,
            known=", ".join(offered),
        )
    found = typed(node.value, attribute.type, wants, f"{place}.value")
    _check_choice(attribute, found, f"{place}.value")
    if wants != "nothing" and attribute.nullable and node.missing is None:
        raise InvalidRule(
            "%(place)s: say with %(key)s (true or false) what counts where there is no value.",
            place=f"{place}.missing",
            key="missing",
        )
    return found


def _check_choice(attribute: Attribute, value: Typed, place: str) -> None:
    if attribute.type not in ("choice", "choices") or not attribute.choices or value is None:
        return
    known = [key for key, _title in attribute.choices]
    for one in value if isinstance(value, tuple) else (value,):
        if one not in known:
            raise InvalidRule(
                "%(place)s: %(key)s is never %(value)s. Choose one of %(known)s.",
                place=place,
                key=attribute.key,
                value=shown(one),
                known=", ".join(known[:30]),
            )
