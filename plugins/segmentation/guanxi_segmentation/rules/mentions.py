"""What a rule looks at, so that only what changed is looked at again."""

from dataclasses import dataclass
from functools import lru_cache

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.periods import Period
from guanxi_segmentation.rules.reading import rule_of
from guanxi_segmentation.rules.tree import Leaf, Rule

HELD_PREFIX = "held_"
_RELATIVE = frozenset({"within_last", "older_than", "within_next", "anniversary_within"})


@dataclass(frozen=True, slots=True)
class Held:
    """A "has been so for at least": the hidden segment ``key`` with ``rule`` says since when."""

    key: str
    rule: Rule
    period: Period


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one rule looks at. What stands inside of "held" belongs to the hidden segment's rule."""

    attributes: frozenset[str]
    touchpoints: bool
    consents: bool
    segments: frozenset[str]
    """Keys of segments, the hidden ones of ``held`` not included."""
    held: tuple[Held, ...]
    timed: bool
    """Whether time alone can change its answer."""


@lru_cache(maxsize=2048)
def mentions(rule: Rule) -> Mentions:
    """Return what ``rule`` looks at."""
    found = tuple(tree.leaves(rule.where))
    held = (held_of(leaf) for leaf in found if isinstance(leaf, tree.Held))
    return Mentions(
        attributes=frozenset(leaf.key for leaf in found if isinstance(leaf, tree.AttributeIs)),
        touchpoints=any(isinstance(leaf, tree.TouchpointsAre) for leaf in found),
        consents=any(isinstance(leaf, tree.ConsentIs) for leaf in found),
        segments=frozenset(leaf.key for leaf in found if isinstance(leaf, tree.InSegment)),
        held=tuple({one.key + one.period.text: one for one in held}.values()),
        timed=any(_timed(leaf) for leaf in found),
    )


@lru_cache(maxsize=2048)
def held_of(leaf: tree.Held) -> Held:
    """Return the hidden segment behind "has been so for at least"."""
    rule = rule_of(leaf.where)
    return Held(HELD_PREFIX + rule.digest[:24], rule, leaf.period)


def _timed(leaf: Leaf) -> bool:
    """Touchpoints and consents may be dated in the future, so those count as timed always."""
    if isinstance(leaf, tree.AttributeIs):
        return leaf.op in _RELATIVE
    return isinstance(leaf, (tree.TouchpointsAre, tree.ConsentIs, tree.Held))
