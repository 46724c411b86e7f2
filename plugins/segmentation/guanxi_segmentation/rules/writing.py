"""Write a rule's tree as its document again; reading that gives an equal rule."""

from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.tree import Filter, Node, Rule, Window


def document(rule: Rule) -> dict[str, Any]:
    """Return the document of ``rule``, as it is stored and sent."""
    return {"v": 1, "where": node_document(rule.where)}


def node_document(node: Node) -> dict[str, Any]:
    """Return the part of a document for one node and what is below it."""
    return _WRITE[type(node)](node)


def _attribute(node: tree.AttributeIs) -> dict[str, Any]:
    more = {"value": _plain(node.value), "missing": node.missing}
    return {"attribute": node.key, "is": node.op, **_set(more)}


def _touchpoints(node: tree.TouchpointsAre) -> dict[str, Any]:
    window = None if node.window is None else _window(node.window)
    return {
        "touchpoints": _filter(node.of),
        "measure": node.measure,
        **_set({"currency": node.currency, "window": window}),
        "is": node.op,
        **_set({"value": _plain(node.value), "missing": node.missing}),
    }


def _filter(of: Filter) -> dict[str, Any]:
    names = ("kind", "channel", "direction", "outcome", "source", "product")
    found: dict[str, Any] = {name: list(getattr(of, name)) for name in names if getattr(of, name)}
    return found | ({"amount": dict(of.amount)} if of.amount else {})


@singledispatch
def _window(window: Window) -> dict[str, Any]:
    raise TypeError(window)


@_window.register
def _sliding(window: tree.Sliding) -> dict[str, Any]:
    return {"last": window.last.text}


@_window.register
def _fixed(window: tree.Fixed) -> dict[str, Any]:
    ends = {"from": window.start, "to": window.end}
    return {key: at.isoformat().replace("+00:00", "Z") for key, at in ends.items() if at}


@_window.register
def _calendar(window: tree.Calendar) -> dict[str, Any]:
    found = {"calendar": window.unit, "offset": window.offset, "count": window.count}
    return found | _set({"zone": window.zone})


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _plain(value: tree.Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _bucket(node: tree.Bucket) -> dict[str, Any]:
    return {"bucket": {"salt": node.salt, "from": node.low, "to": node.high}}


def _consent(node: tree.ConsentIs) -> dict[str, Any]:
    return {"consent": {"channel": node.channel, "purpose": node.purpose, "is": node.state}}


def _group(op: str) -> Callable[[Any], dict[str, Any]]:
    return lambda node: {"op": op, "args": [node_document(one) for one in tree.children(node)]}


_WRITE: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    tree.AllOf: _group("and"),
    tree.AnyOf: _group("or"),
    tree.Not: _group("not"),
    tree.AttributeIs: _attribute,
    tree.TouchpointsAre: _touchpoints,
    tree.InSegment: lambda n: {"segment": n.key, "is": "member" if n.member else "not_member"},
    tree.Held: lambda n: {"held": node_document(n.where), "for": n.period.text},
    tree.Bucket: _bucket,
    tree.ConsentIs: _consent,
}
