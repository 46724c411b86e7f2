"""Rules in one statement, level by level: what a rule mentions is settled below it.

Touchpoints, attributes and memberships are read once, whatever the number of levels. Each level
is a subquery over the one before; answers stand in arrays, because a select has a limit of columns.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Subquery,
    Text,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.binding import Bound, BoundRule, Since, bind
from guanxi_segmentation.rules.context import Context
from guanxi_segmentation.rules.moments import Moment
from guanxi_segmentation.rules.sql import standing
from guanxi_segmentation.rules.sql.changes import changes, held_change
from guanxi_segmentation.rules.sql.matching import Sources, truth
from guanxi_segmentation.rules.sql.values import INSTANT, Ids, Listed, Span, instant, text
from guanxi_segmentation.rules.tree import Rule

Level = Mapping[str, Rule | None]
"""Rules by the keys of their segments; None for a list by hand."""
_Bound = Mapping[str, BoundRule | None]
_STANDING = (tree.InSegment, Since)


def matches(
    rules: Mapping[str, Rule], *, as_of: datetime, context: Context, customers: Ids = None
) -> Select[Any]:
    """Select ``customer_id``, ``segments`` (keys of the rules that hold) and ``next_check_at``.

    One row for each living customer, whether a rule holds or not. Rules that mention segments
    see the memberships as they are stored.

    :param customers: only these; None for everybody.
    :raises UnknownAttribute: an attribute has gone with its plugin.
    """
    ladder = Ladder([rules], Moment(as_of, context.zone), context, customers)
    return ladder.select(segments=list(rules))


def settled(
    levels: Sequence[Level],
    *,
    as_of: datetime,
    context: Context,
    customers: Ids = None,
    pinned: Collection[str] = (),
    hidden: Collection[str] = (),
) -> Select[Any]:
    """Select ``customer_id``, ``segments``, ``hidden`` and ``next_check_at`` of living customers.

    Segments of earlier levels count as they come out here, all others as they are stored.

    :param pinned: keys of segments of which somebody decided by hand; that wins over the rule.
    :param hidden: keys that are told apart from the others. Both come sorted by code points.
    """
    ladder = Ladder(levels, Moment(as_of, context.zone), context, customers, pinned)
    keys = sorted(key for level in levels for key in level)
    apart = [key for key in keys if key in hidden]
    return ladder.select(segments=[key for key in keys if key not in hidden], hidden=apart)


class Ladder:
    """The levels, and what each of their conditions becomes."""

    def __init__(
        self,
        levels: Sequence[Level],
        moment: Moment,
        context: Context,
        customers: Ids,
        pinned: Collection[str] = (),
    ) -> None:
        self._moment = moment
        self._levels = [_bound(level, context) for level in levels]
        self._places = {
            key: (number, place)
            for number, level in enumerate(levels)
            for place, key in enumerate(level, 1)
        }
        ids = _sorted(customers)
        self._stored = self._stored_segments()
        self._sources = Sources(_leaves(self._levels), moment, context, ids, self._stored)
        self._later = [one for one in _leaves(self._levels[1:]) if not isinstance(one, _STANDING)]
        self._pinned = [key for key in self._places if key in pinned]
        self._pins = standing.pins(self._pinned, ids) if self._pinned else None

    def select(self, **keys: Sequence[str]) -> Select[Any]:
        """Return the select; each name in ``keys`` becomes an array of those that hold."""
        below = self._ground()
        for number, level in enumerate(self._levels[1:], 1):
            below = self._floor(below, number, level)
        found = [self._holding(below, some).label(name) for name, some in keys.items()]
        check = func.least(below.c.change, *self._held_changes(below), type_=INSTANT)
        return select(below.c.id.label("customer_id"), *found, check.label("next_check_at"))

    def _stored_segments(self) -> tuple[str, ...]:
        """Return the segments whose stored memberships count, or say since when."""
        found: set[str] = set()
        for number, level in enumerate(self._levels):
            for leaf in _leaves([level]):
                if isinstance(leaf, Since) or (
                    isinstance(leaf, tree.InSegment) and not self._settled(leaf.key, number)
                ):
                    found.add(leaf.key)
        return tuple(sorted(found))

    def _settled(self, key: str, number: int) -> bool:
        """Say whether a segment is settled below a level."""
        return key in self._places and self._places[key][0] < number

    def _ground(self) -> Subquery:
        """Return the first level, with all that the later ones need."""
        sources, source = self._sources, self._sources.everything()
        if self._pins is not None:
            source = source.outerjoin(self._pins, self._pins.c.customer_id == sources.customer.c.id)
        pins = (
            [] if self._pins is None else [self._pins.c[f"p{i}"] for i in range(len(self._pinned))]
        )
        answers = self._answers(self._levels[0] if self._levels else {}, sources.answer, pins)
        timed = [one for one in _leaves(self._levels) if not self._is_held_here(one)]
        query = select(
            sources.customer.c.id,
            _array(answers, Boolean()).label("h0"),
            _array(pins, Boolean()).label("pins"),
            _array([sources.answer(leaf) for leaf in self._later], Boolean()).label("leaves"),
            _array([sources.since(key) for key in self._stored], INSTANT).label("since"),
            changes(sources, timed).label("change"),
        )
        # With OFFSET the planner keeps it apart, so that each answer is worked out once.
        return query.select_from(source).offset(0).subquery("level0")

    def _floor(self, below: Subquery, number: int, level: _Bound) -> Subquery:
        """Return a later level over the one before."""

        def answer(leaf: Bound) -> ColumnElement[bool]:
            return self._answer(below, number, leaf)

        pins = [below.c.pins[i] for i in range(1, len(self._pinned) + 1)]
        answers = _array(self._answers(level, answer, pins), Boolean()).label(f"h{number}")
        return select(*below.c, answers).offset(0).subquery(f"level{number}")

    def _answers(
        self, level: _Bound, answer: Callable[[Bound], ColumnElement[bool]], pins: Sequence[Any]
    ) -> list[ColumnElement[bool]]:
        found = []
        for key, rule in level.items():
            holds: Any = false() if rule is None else truth(rule.where, answer)
            if key in self._pinned:
                holds = func.coalesce(pins[self._pinned.index(key)], holds, type_=Boolean())
            found.append(holds)
        return found

    def _answer(self, below: Subquery, number: int, leaf: Bound) -> ColumnElement[bool]:
        """Answer a leaf above the ground."""
        if isinstance(leaf, tree.InSegment):
            inside = self._inside(below, number, leaf.key)
            return inside if leaf.member else not_(inside)
        if isinstance(leaf, Since):
            latest = instant(self._moment.as_of - leaf.period.delta)
            return func.coalesce(self._since(below, number, leaf.key) <= latest, false())
        found: ColumnElement[bool] = below.c.leaves[self._later.index(leaf) + 1]
        return found

    def _inside(self, below: Subquery, number: int, key: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self._stood(below, key).is_not(None)
        return self._outcome(below, key) if self._settled(key, number) else found

    def _since(self, below: Subquery, number: int, key: str) -> Any:
        """Return since when somebody is in a segment: who enters it now, from now on."""
        stood = self._stood(below, key)
        if not self._settled(key, number):
            return stood
        now = instant(self._moment.as_of)
        return case((self._outcome(below, key), func.coalesce(stood, now, type_=INSTANT)))

    def _stood(self, below: Subquery, key: str) -> Any:
        return below.c.since[self._stored.index(key) + 1] if key in self._stored else null()

    def _outcome(self, below: Subquery, key: str) -> ColumnElement[bool]:
        number, place = self._places[key]
        found: ColumnElement[bool] = below.c[f"h{number}"][place]
        return found

    def _holding(self, below: Subquery, keys: Sequence[str]) -> ColumnElement[Any]:
        if not keys:
            return _array([], Text())
        named: list[Any] = [
            case((self._outcome(below, key), text(key)), else_=null()) for key in keys
        ]
        return cast(func.array_remove(array(named, type_=Text()), null()), ARRAY(Text))

    def _is_held_here(self, leaf: Bound) -> bool:
        return isinstance(leaf, Since) and leaf.key in self._places

    def _held_changes(self, below: Subquery) -> Iterator[ColumnElement[Any]]:
        top = len(self._levels)
        for leaf in _leaves(self._levels):
            if isinstance(leaf, Since) and self._is_held_here(leaf):
                yield held_change(self._since(below, top, leaf.key), leaf, self._moment)


def _sorted(customers: Ids) -> Ids:
    if customers is None or isinstance(customers, Span | Listed | str):
        return customers
    return sorted(customers)


def _bound(level: Level, context: Context) -> _Bound:
    return {key: None if rule is None else bind(rule, context) for key, rule in level.items()}


def _leaves(levels: Sequence[_Bound]) -> tuple[Bound, ...]:
    rules = (rule for level in levels for rule in level.values() if rule is not None)
    return tuple(dict.fromkeys(leaf for rule in rules for leaf in rule.leaves))


def _array(values: Sequence[Any], of: Any) -> ColumnElement[Any]:
    return array(values, type_=of) if values else literal([], ARRAY(of))
