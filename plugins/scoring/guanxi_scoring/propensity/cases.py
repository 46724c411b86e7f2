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
    """A case as the touchpoints tell it.

    ``won`` is None until its time is over, also where success came early: if successes counted at
    once and failures when their time is over, whatever is young would look like success alone.
    Only an outcome of the contact itself decides at once, either way.
    """

    at: datetime
    due: datetime
    facts: Facts
    won: bool | None
    closed_at: datetime | None
    """When it was known how it goes: at the first success, else when the time was over."""
    succeeded: bool | None = None
    """How it went at ``closed_at``."""


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
        due = at if own is not None else at + length
        closed_at = at if own is not None else _success(goal, known, at, due)
        succeeded = own if own is not None else closed_at is not None
        ripe = due <= until
        facts = walk.facts(at)
        if goal.question != "buy":
            facts["earlier"] = _earlier(found, at)
        closed_at = closed_at or (due if ripe else None)
        won = succeeded if ripe else None
        found.append(Derived(at, due, facts, won, closed_at, succeeded))
    return found


def chance(goal: Goal, touches: Sequence[Touch], at: datetime, zone: str) -> Chance:
    """Return what can be said of a case that would begin at ``at``."""
    known = [touch for touch in touches if touch.at < at]
    facts = Walk(known, zone).facts(at)
    if goal.question == "buy":
        return Chance(facts, any(map(goal.exposure.fits, known)))
    facts["earlier"] = _earlier(derive(goal, known, at, zone), at)
    return Chance(facts, is_known=True)


def _begins(
    goal: Goal, known: Sequence[Touch], until: datetime
) -> Iterator[tuple[datetime, bool | None]]:
    """Return when cases begin, each once, and what an outcome of their own says (None: nothing)."""
    since = until - timedelta(days=goal.history_days)
    exposed = [touch for touch in known if goal.exposure.fits(touch)]
    if goal.question == "buy":
        if exposed:
            yield from ((at, None) for at in _grid(goal, max(exposed[0].at, since), until))
        return
    own: dict[datetime, bool | None] = {}
    for touch in exposed:
        if touch.at >= since:
            good = touch.good if goal.question == "answer" else None
            own[touch.at] = _together([own.get(touch.at), good])
    yield from own.items()


def _together(outcomes: Sequence[bool | None]) -> bool | None:
    """Return what outcomes of one instant say together: success, if any was one."""
    said = [one for one in outcomes if one is not None]
    return any(said) if said else None


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
            return "won" if one.succeeded else "lost"
    return "none"
