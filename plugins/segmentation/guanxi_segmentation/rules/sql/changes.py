"""When time alone may next change an answer, in SQL; ``evaluating.py`` says the same in Python."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Date, Integer, case, cast, func, literal, null

from guanxi_segmentation.rules.binding import Bound, Known, Measured, Since
from guanxi_segmentation.rules.days import AHEAD
from guanxi_segmentation.rules.moments import LATEST, TICK, Moment, day_shifts, instant_shifts
from guanxi_segmentation.rules.sql.comparing import next_anniversary
from guanxi_segmentation.rules.sql.values import INSTANT, instant, instants, interval
from guanxi_segmentation.rules.tree import Sliding
from guanxi_segmentation.rules.watching import Watch

if TYPE_CHECKING:
    from guanxi_segmentation.rules.sql.matching import Sources


def changes(sources: "Sources", leaves: Sequence[Bound]) -> ColumnElement[Any]:
    """Return the next instant at which an answer may change; NULL if there is none."""
    found = [*_moved(sources), *_dated_later(sources), *_left_over(sources, leaves)]
    days = list(_days(sources, leaves))
    if days:
        ahead = func.least(*days, type_=Integer)
        found.append(instants(sources.moment.coming)[ahead])
    return func.least(*found, type_=INSTANT) if found else cast(null(), INSTANT)


def _moved(sources: "Sources") -> Iterator[Any]:
    """What leaves or enters the windows of touchpoints."""
    for watch in sources.touchpoints.watches:
        yield _window_change(sources, watch)


def _window_change(sources: "Sources", watch: Watch) -> ColumnElement[Any]:
    first = sources.touchpoints.column(watch)
    if isinstance(watch.window, Sliding):
        change: ColumnElement[Any] = first + interval(watch.window.last.delta + TICK)
        return change
    return case((first.is_not(None), instant(sources.moment.next_unit(watch.window))))


def _dated_later(sources: "Sources") -> Iterator[Any]:
    for part in (sources.touchpoints.coming, sources.deciding):
        if part is not None:
            yield part.c.at + interval(TICK)


def _left_over(sources: "Sources", leaves: Sequence[Bound]) -> Iterator[Any]:
    """What passes an instant that a condition compares with the present."""
    seen: set[Any] = set()
    for leaf in leaves:
        if isinstance(leaf, Since):
            yield held_change(sources.since(leaf.key), leaf, sources.moment)
        elif isinstance(leaf, (Known, Measured)) and leaf.type == "instant":
            source = leaf.key if isinstance(leaf, Known) else (leaf.selection, leaf.measure)
            for shift in instant_shifts(leaf.op, leaf.value):
                if (source, shift) not in seen:
                    seen.add((source, shift))
                    yield _passed(sources, sources.value(leaf), shift)


def held_change(entered: Any, leaf: Since, moment: Moment) -> ColumnElement[Any]:
    """Return when it will have been so for long enough; NULL where it has, or is not so."""
    period = leaf.period.delta
    later = entered > instant(moment.as_of - period)
    return case((later, entered + interval(period)))


def _passed(sources: "Sources", column: Any, shift: Any) -> ColumnElement[Any]:
    change = case((column > instant(LATEST), instant(LATEST)), else_=column) + interval(shift)
    return case((change >= instant(sources.moment.as_of), change + interval(TICK)))


def _days(sources: "Sources", leaves: Sequence[Bound]) -> Iterator[Any]:
    """In how many days a condition on a calendar day changes."""
    today = literal(sources.moment.today, Date)
    seen: set[Any] = set()
    for leaf in leaves:
        if not isinstance(leaf, Known) or leaf.type != "date":
            continue
        yearly = leaf.op == "anniversary_within"
        column = sources.value(leaf)
        day = next_anniversary(column, sources.moment.today) if yearly else column
        for shift in day_shifts(leaf.op, leaf.value):
            if (leaf.key, yearly, shift) not in seen:
                seen.add((leaf.key, yearly, shift))
                ahead = (day - today) + literal(shift, Integer)
                yield case((ahead > 0, func.least(ahead, literal(AHEAD, Integer))))
