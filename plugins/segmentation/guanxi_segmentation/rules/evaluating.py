"""Answer rules for one customer, and say when time alone may change an answer.

The answers are those of ``sql``; both are made from the same bound rules, intervals and watches.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import md5
from typing import Any, NamedTuple

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.binding import (
    Bound,
    BoundNode,
    BoundRule,
    Known,
    Measured,
    Since,
    bind,
)
from guanxi_segmentation.rules.comparing import holds, number_is
from guanxi_segmentation.rules.context import Context
from guanxi_segmentation.rules.facts import Decision, Facts
from guanxi_segmentation.rules.measuring import Average, Log, measure
from guanxi_segmentation.rules.moments import (
    LATEST,
    TICK,
    Moment,
    day_shifts,
    instant_shifts,
)
from guanxi_segmentation.rules.tree import Rule
from guanxi_segmentation.rules.watching import Watch, kinds_of, watches

ANY_CHANNEL = "any"
"""A decision for all channels together."""
PARTS = 10_000
"""In so many parts customers are divided by chance: hundredths of a percent."""


class Judged(NamedTuple):
    """The answer for one customer."""

    segments: tuple[str, ...]
    """Keys of the rules that hold, in the order asked."""
    next_check_at: datetime | None
    """The next instant at which time alone may change that; None if it never does."""


def evaluate(rule: Rule, facts: Facts, as_of: datetime) -> bool:
    """Say whether a rule holds for a customer at an instant.

    :raises UnknownAttribute: an attribute has gone with its plugin.
    """
    bound = bind(rule, facts.context)
    return Evaluation(facts, Moment(as_of, facts.context.zone)).holds(bound.where)


def next_check(rule: Rule, facts: Facts, as_of: datetime) -> datetime | None:
    """Return the next instant at which time alone may change the rule's answer."""
    return judge({"": rule}, facts, as_of).next_check_at


def judge(rules: Mapping[str, Rule], facts: Facts, as_of: datetime) -> Judged:
    """Return which of several rules hold, and when to look again."""
    return Questions(rules, facts.context).judge(facts, as_of)


class Questions:
    """Several rules bound to their circumstances, to be asked of many customers.

    :raises UnknownAttribute: an attribute has gone with its plugin.
    """

    def __init__(self, rules: Mapping[str, Rule], context: Context) -> None:
        self._bound = {key: bind(rule, context) for key, rule in rules.items()}
        self._changing = Changing(self._bound.values())

    def judge(self, facts: Facts, as_of: datetime) -> Judged:
        """Return which of the rules hold for a customer, and when to look again."""
        at = Evaluation(facts, Moment(as_of, facts.context.zone))
        found = tuple(key for key, one in self._bound.items() if at.holds(one.where))
        return Judged(found, at.changes_next(self._changing))


class Changing:
    """What makes time alone change answers of some rules."""

    def __init__(self, rules: Iterable[BoundRule]) -> None:
        leaves = [leaf for rule in rules for leaf in rule.leaves]
        self.watches = watches(leaves)
        self.kinds = kinds_of(leaves)
        self.consents = any(isinstance(leaf, tree.ConsentIs) for leaf in leaves)
        self.leaves = tuple(
            leaf
            for leaf in dict.fromkeys(leaves)
            if isinstance(leaf, Since)
            or (isinstance(leaf, (Known, Measured)) and leaf.type in ("instant", "date"))
        )


class Evaluation:
    """One customer at one instant; what was measured once is kept."""

    def __init__(self, facts: Facts, moment: Moment) -> None:
        self.facts = facts
        self.moment = moment
        self.log = Log(facts.touchpoints, moment)
        self._measured: dict[tuple[Any, str], Any] = {}

    def holds(self, node: BoundNode) -> bool:
        """Say whether a bound tree holds."""
        match node:
            case tree.AllOf(args):
                return all(self.holds(one) for one in args)
            case tree.AnyOf(args):
                return any(self.holds(one) for one in args)
            case tree.Not(arg):
                return not self.holds(arg)
        return _LEAVES[type(node)](self, node)

    def value(self, leaf: Known | Measured) -> Any:
        """Return the value that a condition compares; None where it is not known."""
        if isinstance(leaf, Known):
            return self.facts.attributes[leaf.key]
        key = leaf.selection, leaf.measure
        if key not in self._measured:
            chosen = self.log.chosen(leaf.selection)
            self._measured[key] = measure(leaf.measure, chosen, leaf.selection, self.moment)
        return self._measured[key]

    def compare(self, leaf: Known | Measured) -> bool:
        """Answer a condition on an attribute or on touchpoints."""
        value = self.value(leaf)
        if leaf.op in ("known", "unknown"):
            return (value is not None) == (leaf.op == "known")
        if value is None:
            return leaf.missing
        if isinstance(value, Average):
            return number_is(value.total, leaf.op, leaf.value, times=value.number)
        if isinstance(leaf, Known) and leaf.op in ("contains", "starts"):
            return bool(self.facts.texts[leaf.key, leaf.op, leaf.value])
        return holds(value, leaf.type, leaf.op, leaf.value, self.moment)

    def decision(self, leaf: tree.ConsentIs) -> Decision | None:
        """Return the last decision before the instant, through the channel or through all."""
        for one in reversed(self.facts.decisions):
            if (
                one.at < self.moment.as_of
                and one.purpose == leaf.purpose
                and one.channel in (leaf.channel, ANY_CHANNEL)
            ):
                return one
        return None

    def consent(self, leaf: tree.ConsentIs) -> bool:
        """Answer a condition on consent."""
        found = self.decision(leaf)
        if found is None:
            return leaf.state == "unasked"
        return leaf.state == ("given" if found.given else "refused")

    def since(self, leaf: Since) -> bool:
        """Answer "has been so for at least"."""
        entered = self.facts.segments.get(leaf.key)
        return entered is not None and entered <= self.moment.as_of - leaf.period.delta

    def member(self, leaf: tree.InSegment) -> bool:
        """Answer a condition on another segment."""
        return (leaf.key in self.facts.segments) == leaf.member

    def by_chance(self, leaf: tree.Bucket) -> bool:
        """Answer whether the customer is in a random part."""
        part = bucket_of(leaf.salt, self.facts.customer_id)
        low, high = bucket_ends(leaf)
        return low <= part < high

    def next_check(self, rules: Iterable[BoundRule]) -> datetime | None:
        """Return the next instant at which time alone may change an answer of these rules."""
        return self.changes_next(Changing(rules))

    def changes_next(self, changing: Changing) -> datetime | None:
        """Return the next instant at which time alone may change an answer."""
        return min(self._changes(changing), default=None)

    def _changes(self, changing: Changing) -> Iterator[datetime]:
        for watch in changing.watches:
            yield from self._moved(watch)
        coming = self.log.next_coming(changing.kinds)
        if coming is not None:
            yield coming + TICK
        if changing.consents:
            yield from self._decided()
        for leaf in changing.leaves:
            yield from self._leaf_changes(leaf)

    def _moved(self, watch: Watch) -> Iterator[datetime]:
        low, _high = self.moment.span(watch.window)
        change = watch.next_change(self.log.first_since(low, watch.kinds), self.moment)
        if change is not None:
            yield change

    def _decided(self) -> Iterator[datetime]:
        later = (one.at for one in self.facts.decisions if one.at >= self.moment.as_of)
        yield from (at + TICK for at in later)

    def _leaf_changes(self, leaf: Bound) -> Iterator[datetime]:
        if isinstance(leaf, Since):
            entered = self.facts.segments.get(leaf.key)
            if entered is not None and entered > self.moment.as_of - leaf.period.delta:
                yield entered + leaf.period.delta
        elif isinstance(leaf, (Known, Measured)) and leaf.type in ("instant", "date"):
            value = self.value(leaf)
            if value is not None and leaf.type == "instant":
                yield from _after(value, instant_shifts(leaf.op, leaf.value), self.moment)
            elif value is not None:
                yield from self._days_after(value, leaf)

    def _days_after(self, value: Any, leaf: Known | Measured) -> Iterator[datetime]:
        day = self.moment.next_anniversary(value) if leaf.op == "anniversary_within" else value
        ahead = day.toordinal() - self.moment.today.toordinal()
        for shift in day_shifts(leaf.op, leaf.value):
            if ahead + shift > 0:
                yield self.moment.start_in(ahead + shift)


def _after(value: datetime, shifts: Iterable[timedelta], moment: Moment) -> Iterator[datetime]:
    for shift in shifts:
        change = min(value, LATEST) + shift
        if change >= moment.as_of:
            yield change + TICK


def bucket_of(salt: str, customer_id: Any) -> int:
    """Return which of 10,000 equal parts a customer belongs to, by chance and for ever."""
    # Not for secrecy: the same division in Python and in PostgreSQL.
    digest = md5(f"{salt}{customer_id}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:7], 16) % PARTS


def bucket_ends(leaf: tree.Bucket) -> tuple[int, int]:
    """Return the parts ``[low, high)`` that a percentage means."""
    low, high = (int(Decimal(str(end)) * PARTS / 100) for end in (leaf.low, leaf.high))
    return low, high


_LEAVES: Mapping[type, Callable[[Evaluation, Any], bool]] = {
    Known: Evaluation.compare,
    Measured: Evaluation.compare,
    Since: Evaluation.since,
    tree.InSegment: Evaluation.member,
    tree.Bucket: Evaluation.by_chance,
    tree.ConsentIs: Evaluation.consent,
}
