"""Past cases of a goal, derived from the touchpoints of one customer (由接触记录推导案例).

A pure function of the touchpoints: what is told twice, late or corrected gives the same cases, so
that counts which follow them can be kept up to date by comparing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from guanxi_scoring.propensity.behaviour import Facts, Walk
from guanxi_scoring.propensity.conditions import Touch
from guanxi_scoring.propensity.goals import Goal

GRID: Final = datetime(2000, 1, 3, tzinfo=UTC)
"""From here on ``buy`` counts its steps, so that a case begins at the same instants for all."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A case as the touchpoints tell it; ``won`` is None while it is open."""

    at: datetime
    due: datetime
    facts: Facts
    won: bool | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chance:
    """What touchpoints say about a customer at an instant: whether one can be predicted at all."""

    facts: Facts
    is_known: bool
    """False: the model has never seen one like this, such as a buyer who never bought."""


def derive(goal: Goal, touches: Sequence[Touch], until: datetime, zone: str) -> list[Derived]:
    """Return the cases of one customer that began before ``until``, in their order.

    :param touches: recorded touchpoints in their order; those at or after ``until`` are ignored.
    :param zone: in whose days purchases are counted.
    """
    known = [touch for touch in touches if touch.at < until]
    walk, found = Walk(known, zone), list[Derived]()
    length = timedelta(days=goal.within_days)
    for at, own in _begins(goal, known, until):
        due = at + length
        closed_at = at if own else _success(goal, known, at, due)
        won = True if closed_at is not None else False if due <= until else None
        facts = walk.facts(at)
        if goal.question != "buy":
            facts["earlier"] = _earlier(found, at)
        found.append(Derived(at, due, facts, won, closed_at or (due if won is False else None)))
    return found


def chance(goal: Goal, touches: Sequence[Touch], at: datetime, zone: str) -> Chance:
    """Return what can be said of a case that would begin at ``at``."""
    known = [touch for touch in touches if touch.at < at]
    facts = Walk(known, zone).facts(at)
    if goal.question == "buy":
        return Chance(facts, any(map(goal.exposure.fits, known)))
    facts["earlier"] = _earlier(derive(goal, known, at, zone), at)
    return Chance(facts, is_known=True)


def _begins(goal: Goal, known: Sequence[Touch], until: datetime) -> Iterator[tuple[datetime, bool]]:
    """Return when cases begin, each once, and whether the touchpoint itself is the success."""
    since = until - timedelta(days=goal.history_days)
    exposed = [touch for touch in known if goal.exposure.fits(touch)]
    if goal.question == "buy":
        if exposed:
            yield from ((at, False) for at in _grid(goal, max(exposed[0].at, since), until))
        return
    own: dict[datetime, bool] = {}
    for touch in exposed:
        if touch.at >= since:
            good = goal.question == "answer" and touch.good is True
            own[touch.at] = own.get(touch.at, False) or good
    yield from own.items()


def _grid(goal: Goal, after: datetime, until: datetime) -> Iterator[datetime]:
    step = timedelta(days=goal.every_days)
    at = GRID + ((after - GRID) // step + 1) * step
    while at < until:
        yield at
        at += step


def _success(goal: Goal, known: Sequence[Touch], at: datetime, due: datetime) -> datetime | None:
    """Return when the first success of a case came; at the instant of an exposure none does."""
    for touch in known:
        if touch.at >= due:
            return None
        after = touch.at >= at if goal.question == "buy" else touch.at > at
        if after and goal.success.fits(touch):
            return touch.at
    return None


def _earlier(found: Sequence[Derived], at: datetime) -> str:
    """Return how the latest case that was closed by then went."""
    for one in reversed(found):
        if one.closed_at is not None and one.closed_at < at:
            return "won" if one.won else "lost"
    return "none"
