"""The condition tree of a rule (规则条件树): what it may say, as frozen values.

Values stand as they are in the document; ``binding`` gives them the type that the attribute has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from guanxi_segmentation.rules.periods import Period

Scalar = str | int | float | bool
Value = Scalar | tuple[Scalar, ...] | None
Measure = Literal["count", "days", "sum", "avg", "min", "max", "last", "first"]
Unit = Literal["day", "week", "month", "quarter", "year"]
ConsentState = Literal["given", "refused", "unasked"]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of them hold (并且)."""

    args: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them holds (或者)."""

    args: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold (非)."""

    arg: "Node"


@dataclass(frozen=True, slots=True)
class AttributeIs:
    """A comparison of an attribute; ``missing`` is the answer where its value is not known."""

    key: str
    op: str
    value: Value = None
    missing: bool | None = None


@dataclass(frozen=True, slots=True)
class Sliding:
    """``occurred_at`` in ``[as_of - period, as_of)``."""

    last: Period


@dataclass(frozen=True, slots=True)
class Fixed:
    """``occurred_at`` in ``[start, end)``; either may be open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """``count`` whole units from ``offset`` units after the present one (0), in a zone."""

    unit: Unit
    offset: int = 0
    count: int = 1
    zone: str | None = None


Window = Sliding | Fixed | Calendar


@dataclass(frozen=True, slots=True)
class Filter:
    """Which touchpoints count; an empty part asks for nothing.

    ``product`` asks for one of them on a line of the receipt; ``amount`` is in the currency.
    """

    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    direction: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    amount: tuple[tuple[str, Scalar], ...] = ()
    """Pairs of an operator (lt, lte, gt, gte) and a number."""


@dataclass(frozen=True, slots=True)
class TouchpointsAre:
    """A measure of the touchpoints in a window, compared."""

    of: Filter
    measure: Measure
    op: str
    value: Value = None
    window: Window | None = None
    currency: str | None = None
    missing: bool | None = None


@dataclass(frozen=True, slots=True)
class InSegment:
    """Membership of another segment."""

    key: str
    member: bool


@dataclass(frozen=True, slots=True)
class Held:
    """``where`` has held for at least ``period`` (持续时长); a hidden segment keeps since when."""

    where: "Node"
    period: Period


@dataclass(frozen=True, slots=True)
class Bucket:
    """A part of all customers by chance, the same one for ever: percent in ``[low, high)``."""

    salt: str
    low: int | float
    high: int | float


@dataclass(frozen=True, slots=True)
class ConsentIs:
    """The latest decision about a purpose through a channel, or through all channels."""

    channel: str
    purpose: str
    state: ConsentState


Leaf = AttributeIs | TouchpointsAre | InSegment | Held | Bucket | ConsentIs
Node = AllOf | AnyOf | Not | Leaf


@dataclass(frozen=True, slots=True)
class Rule:
    """A whole rule. ``digest`` names its content: equal rules have equal ones."""

    where: Node = field(compare=False)
    digest: str


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below; what stands inside of ``Held`` is a rule of its own."""
    if isinstance(node, (AllOf, AnyOf)):
        return node.args
    return (node.arg,) if isinstance(node, Not) else ()


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield the leaves from left to right."""
    if isinstance(node, (AllOf, AnyOf, Not)):
        for child in children(node):
            yield from leaves(child)
    else:
        yield node
