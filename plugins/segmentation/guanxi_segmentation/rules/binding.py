"""A rule bound to its circumstances: values typed, attributes looked up, the currency settled.

Both ways of evaluating start from bound rules, so neither reads a document's value by itself.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guanxi.sdk import Attribute
from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.checking import attribute_at, typed_value
from guanxi_segmentation.rules.context import Context
from guanxi_segmentation.rules.mentions import held_of, mentions
from guanxi_segmentation.rules.operators import MEASURES, OF_MONEY, type_of_measure
from guanxi_segmentation.rules.periods import Period
from guanxi_segmentation.rules.tree import Filter, Measure, Node, Rule, Window
from guanxi_segmentation.rules.values import Typed, number_at, typed

FILTERS = ("kind", "channel", "direction", "outcome", "source")
"""The parts of a filter that are columns of a touchpoint."""
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Selection:
    """Which touchpoints a condition looks at, whatever it then measures."""

    of: Filter
    """Without its amounts."""
    amount: tuple[tuple[str, Decimal], ...]
    currency: str | None
    """None where any counts, and touchpoints without an amount too."""
    window: Window | None


@dataclass(frozen=True, slots=True)
class Known:
    """A condition on an attribute."""

    key: str
    type: str
    op: str
    value: Typed
    missing: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A condition on touchpoints."""

    selection: Selection
    measure: Measure
    type: str
    op: str
    value: Typed
    missing: bool


@dataclass(frozen=True, slots=True)
class Since:
    """In a hidden segment for at least a period."""

    key: str
    period: Period


Bound = Known | Measured | Since | tree.InSegment | tree.Bucket | tree.ConsentIs
"""A leaf of a bound tree."""
BoundNode = Any
"""``AllOf``, ``AnyOf`` and ``Not`` over such leaves."""


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A bound tree and its leaves, from left to right."""

    where: BoundNode
    leaves: tuple[Bound, ...]


_Key = tuple[Any, ...]
_bound: "OrderedDict[_Key, tuple[tuple[Attribute | None, ...], BoundRule]]" = OrderedDict()
"""A memory of a pure function; the attributes are kept, so that their ids stay theirs."""


def bind(rule: Rule, context: Context) -> BoundRule:
    """Return ``rule`` in its circumstances.

    :raises UnknownAttribute: an attribute has gone with its plugin.
    :raises InvalidRule: an attribute is of another type now.
    """
    key, used = _key(rule, context)
    found = _bound.get(key)
    if found is None:
        where = _node(rule.where, context, "where")
        found = _bound[key] = used, BoundRule(where, tuple(_leaves(where)))
        while len(_bound) > _KEPT:
            _bound.popitem(last=False)
    return found[1]


def _key(rule: Rule, context: Context) -> tuple[_Key, tuple[Attribute | None, ...]]:
    used = tuple(context.attributes.get(key) for key in sorted(mentions(rule).attributes))
    return (rule.digest, context.currency, *map(id, used)), used


def _leaves(node: BoundNode) -> Iterator[Bound]:
    if isinstance(node, (tree.AllOf, tree.AnyOf, tree.Not)):
        for child in tree.children(node):
            yield from _leaves(child)
    else:
        yield node


def _node(node: Node, context: Context, place: str) -> BoundNode:
    args = tuple(
        _node(one, context, f"{place}.args[{i}]") for i, one in enumerate(tree.children(node))
    )
    if isinstance(node, (tree.AllOf, tree.AnyOf)):
        return type(node)(args)
    return tree.Not(args[0]) if isinstance(node, tree.Not) else _leaf(node, context, place)


def _leaf(leaf: tree.Leaf, context: Context, place: str) -> Bound:
    if isinstance(leaf, tree.AttributeIs):
        return _known(leaf, context.attributes, place)
    if isinstance(leaf, tree.TouchpointsAre):
        return _measured(leaf, context.currency, place)
    return Since(held_of(leaf).key, leaf.period) if isinstance(leaf, tree.Held) else leaf


def _known(node: tree.AttributeIs, attributes: Mapping[str, Attribute], place: str) -> Known:
    attribute = attribute_at(node.key, attributes, place)
    value = typed_value(node, attribute, place)
    return Known(node.key, attribute.type, node.op, value, bool(node.missing))


def _measured(node: tree.TouchpointsAre, company: str, place: str) -> Measured:
    of_money = node.measure in OF_MONEY or node.of.amount
    amount = tuple((op, number_at(value, place)) for op, value in node.of.amount)
    names = (*FILTERS, "product")
    bare = Filter(**{name: tuple(sorted(getattr(node.of, name))) for name in names})
    currency = node.currency or (company if of_money else None)
    type_ = type_of_measure(node.measure)
    value = typed(node.value, type_, MEASURES[node.measure][node.op], f"{place}.value")
    return Measured(
        Selection(bare, amount, currency, node.window),
        node.measure,
        type_,
        node.op,
        value,
        bool(node.missing),
    )
