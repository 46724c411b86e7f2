"""Why a rule holds for a customer, or why not: every condition with its value and its answer.

"Since when" is worked out from the facts as they are known now: a touchpoint that was recorded
late counts from the day on which it occurred.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.binding import Bound, BoundNode, Known, Measured, Since, bind
from guanxi_segmentation.rules.days import first_day, shifted, start_of_day
from guanxi_segmentation.rules.evaluating import PARTS, Evaluation, bucket_of
from guanxi_segmentation.rules.facts import Contact, Facts
from guanxi_segmentation.rules.measuring import Average
from guanxi_segmentation.rules.moments import TICK, Moment, day_shifts, instant_shifts
from guanxi_segmentation.rules.tree import Calendar, Node, Rule, Sliding

MOST = 400
"""So many earlier instants are tried at most; before them "since when" stays open."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition or group of a rule, as it is for one customer at one instant."""

    node: Node
    holds: bool
    value: Any = None
    """What the condition compares: a number, text, day, instant, list; a state of consent; the
    percent of a bucket; since when for segments. None for groups and where nothing is known."""
    known: bool = True
    """False where there is no value, so that ``missing`` was the answer."""
    since: datetime | None = None
    """Since when the answer has been this one; None where that is not known, or always was so."""
    parts: "tuple[Explained, ...]" = ()


def explain(rule: Rule, facts: Facts, as_of: datetime) -> Explained:
    """Return why ``rule`` holds or not; ``facts`` have to be loaded for it.

    :raises UnknownAttribute: an attribute has gone with its plugin.
    """
    bound = bind(rule, facts.context)
    at = Evaluation(facts, Moment(as_of, facts.context.zone))
    return _explained(rule.where, bound.where, at)


def _explained(node: Node, bound: BoundNode, at: Evaluation) -> Explained:
    if not isinstance(node, (tree.AllOf, tree.AnyOf, tree.Not)):
        return _leaf(node, bound, at)
    pairs = zip(tree.children(node), tree.children(bound), strict=True)
    parts = tuple(_explained(child, below, at) for child, below in pairs)
    return Explained(node, at.holds(bound), since=_group_since(node, parts), parts=parts)


def _group_since(node: Node, parts: tuple[Explained, ...]) -> datetime | None:
    """Return since when a group's answer stands, where that follows from its parts alone."""
    holds = [part.holds for part in parts]
    if isinstance(node, tree.Not) or len(parts) == 1:
        return parts[0].since
    decided = all(holds) if isinstance(node, tree.AllOf) else not any(holds)
    found = [part.since for part in parts if part.since is not None]
    return max(found) if decided and len(found) == len(parts) else None


def _leaf(node: Node, leaf: Bound, at: Evaluation) -> Explained:
    holds = at.holds(leaf)
    if isinstance(leaf, (Known, Measured)):
        value = at.value(leaf)
        shown = _quotient(value) if isinstance(value, Average) else value
        return Explained(node, holds, shown, value is not None, _since(leaf, at, holds=holds))
    if isinstance(leaf, tree.ConsentIs):
        decided = at.decision(leaf)
        state = "unasked" if decided is None else "given" if decided.given else "refused"
        return Explained(node, holds, state, since=decided.at if decided else None)
    if isinstance(leaf, tree.Bucket):
        percent = bucket_of(leaf.salt, at.facts.customer_id) * 100 / PARTS
        return Explained(node, holds, percent)
    entered = at.facts.segments.get(leaf.key)
    since = entered + leaf.period.delta if isinstance(leaf, Since) and entered else entered
    return Explained(node, holds, entered, entered is not None, since if holds else None)


def _quotient(value: Average) -> Any:
    return value.total / value.number


def _since(leaf: Known | Measured, at: Evaluation, *, holds: bool) -> datetime | None:
    """Return the last instant at which the answer became what it is, by time or by touchpoints."""
    as_of = at.moment.as_of
    changes = sorted({one for one in _changes(leaf, at) if one <= as_of}, reverse=True)
    for change in changes[:MOST]:
        before = Evaluation(at.facts, Moment(change - TICK, at.moment.zone))
        if before.compare(leaf) != holds:
            return change
    return None


def _changes(leaf: Known | Measured, at: Evaluation) -> Iterator[datetime]:
    if isinstance(leaf, Known):
        yield from _passing(leaf, at)
        return
    for contact in at.log.past:
        yield contact.occurred_at + TICK
        yield from _moving(leaf, contact, at)
        if leaf.type == "instant":
            for shift in instant_shifts(leaf.op, leaf.value):
                yield contact.occurred_at + shift + TICK


def _passing(leaf: Known, at: Evaluation) -> Iterator[datetime]:
    value = at.value(leaf)
    if value is None:
        return
    if leaf.type == "instant":
        yield from (value + shift + TICK for shift in instant_shifts(leaf.op, leaf.value))
    if leaf.type == "date":
        yearly = leaf.op == "anniversary_within"
        day = at.moment.next_anniversary(value) if yearly else value
        for shift in day_shifts(leaf.op, leaf.value):
            ordinal = day.toordinal() + shift
            if 0 <= at.moment.today.toordinal() - ordinal < 40_000:
                yield start_of_day(day + timedelta(days=shift), at.moment.zone)


def _moving(leaf: Measured, contact: Contact, at: Evaluation) -> Iterator[datetime]:
    """When a touchpoint enters and leaves a window that moves."""
    window = leaf.selection.window
    if isinstance(window, Sliding):
        yield contact.occurred_at + window.last.delta + TICK
    elif isinstance(window, Calendar):
        zone = at.moment.zone_of(window)
        own = first_day(contact.occurred_at.astimezone(zone).date(), window.unit)
        for units in (1 - window.offset - window.count, 1 - window.offset):
            yield start_of_day(shifted(own, window.unit, units), zone)
