"""A member's tier, worked out from all that was earned: a pure function (等级判定).

What was earned is followed in the order of time, together with the instants at which it stops
counting and at which periods end. The end of a calendar year is looked at before the new year
begins to count; that of a rolling period after what is too old has gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from guanxi_loyalty.tiers.policy import Policy, Version
from guanxi_loyalty.tiers.windows import grace_end, leaves_at, period_end

Cause = Literal["reached", "lapsed", "fell", "taken_back", "policy"]
Earned = tuple[datetime, int]
"""When, and how much; below zero: taken back."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a member stands as of ``worked_to``, and until the next thing happens.

    :param level: the tier's place in the policy, 0 for the first.
    :param until: when the tier is looked at again.
    """

    level: int = 0
    since: datetime | None = None
    counted: int = 0
    worked_to: datetime | None = None
    until: datetime | None = None
    in_grace: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A member came from one tier into another."""

    at: datetime
    before: str
    after: str
    cause: Cause
    counted: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day of joining, and the programme's zone."""

    joined: date
    zone: ZoneInfo


def tier_at(
    versions: Sequence[Version], earned: Iterable[Earned], calendar: Calendar, upto: datetime
) -> tuple[State, list[Change]]:
    """Return where a member stands at ``upto``, from scratch, and how that came about.

    The first version also counts for what was earned before it was made.
    """
    every = sorted(one for one in earned if one[0] <= upto)
    state = State()
    changes: list[Change] = []
    current = [one for n, one in enumerate(versions) if not n or one.since <= upto]
    for number, version in enumerate(current):
        last = number == len(current) - 1
        end = upto if last else min(upto, current[number + 1].since)
        begins = version.since if number else None
        if begins is not None:
            state = _under(
                current[number - 1].policy,
                version,
                every,
                state,
                calendar=calendar,
                changes=changes,
            )
        part = [one for one in every if begins is None or one[0] > begins]
        left = [one for one in every if begins is not None and one[0] <= begins]
        state = advance(version.policy, state, part, left, calendar, upto=end, changes=changes)
    return state, changes


def advance(
    policy: Policy,
    state: State,
    new: Iterable[Earned],
    old: Iterable[Earned],
    calendar: Calendar,
    *,
    upto: datetime,
    changes: list[Change],
) -> State:
    """Follow a state up to an instant, under one policy.

    :param new: what was earned after ``state.worked_to``.
    :param old: what was earned until then; at least all that stops counting from then to ``upto``.
    :param changes: gets what changes.
    """
    events = []
    for at, amount in new:
        if at <= upto:
            events.append((at, 1, amount))
            events.append((leaves_at(policy, at, calendar.joined, calendar.zone), 0, -amount))
    for at, amount in old:
        leaves = leaves_at(policy, at, calendar.joined, calendar.zone)
        if state.worked_to is None or leaves > state.worked_to:
            events.append((leaves, 0, -amount))
    late = policy.window == "rolling"
    for at, kind, amount in sorted(one for one in events if one[0] <= upto):
        while state.until is not None and (state.until < at or (state.until == at and not late)):
            state = _look(policy, state, calendar, changes)
        state = _change(policy, state, calendar, changes, at=at, amount=amount, earned=bool(kind))
    while state.until is not None and state.until <= upto:
        state = _look(policy, state, calendar, changes)
    return state


def _change(
    policy: Policy,
    state: State,
    calendar: Calendar,
    changes: list[Change],
    *,
    at: datetime,
    amount: int,
    earned: bool,
) -> State:
    """Count ``amount`` more at an instant, and see what tier that makes."""
    state = replace(state, counted=state.counted + amount, worked_to=at)
    level = policy.level(state.counted)
    if policy.downgrade == "at_once":
        cause: Cause = "taken_back" if earned else "fell"
        return _at_once(policy, state, calendar, changes, at=at, cause=cause)
    if earned and amount > 0:
        if level > state.level:
            return _move(policy, state, calendar, changes, at=at, level=level, cause="reached")
        if state.in_grace and level >= state.level:
            return replace(state, in_grace=False, until=_end(policy, at, calendar))
    return state


def _at_once(
    policy: Policy,
    state: State,
    calendar: Calendar,
    changes: list[Change],
    *,
    at: datetime,
    cause: Cause,
) -> State:
    level = policy.level(state.counted)
    if level > state.level:
        return _move(policy, state, calendar, changes, at=at, level=level, cause="reached")
    if level == state.level:
        return replace(state, until=None, in_grace=False)
    if policy.grace_months:
        if state.in_grace:
            return state
        return replace(state, in_grace=True, until=grace_end(policy, at, calendar.zone))
    return _move(policy, state, calendar, changes, at=at, level=level, cause=cause)


def _look(policy: Policy, state: State, calendar: Calendar, changes: list[Change]) -> State:
    """A period or the grace after it is over: keep the tier for another, or not."""
    at = state.until
    if at is None:
        return state
    state = replace(state, worked_to=at)
    level = policy.level(state.counted)
    if level >= state.level:
        return replace(state, until=_end(policy, at, calendar), in_grace=False)
    if policy.grace_months and not state.in_grace:
        return replace(state, until=grace_end(policy, at, calendar.zone), in_grace=True)
    if policy.soft_landing:
        level = max(level, state.level - 1)
    return _move(policy, state, calendar, changes, at=at, level=level, cause="lapsed")


def _move(
    policy: Policy,
    state: State,
    calendar: Calendar,
    changes: list[Change],
    *,
    at: datetime,
    level: int,
    cause: Cause,
) -> State:
    before, after = policy.tiers[state.level].key, policy.tiers[level].key
    changes.append(Change(at, before, after, cause, state.counted))
    until = _end(policy, at, calendar) if level else None
    return replace(state, level=level, since=at, until=until, in_grace=False)


def _end(policy: Policy, at: datetime, calendar: Calendar) -> datetime | None:
    if policy.downgrade == "at_once":
        return None
    return period_end(policy, at, calendar.joined, calendar.zone)


def _under(
    old: Policy,
    version: Version,
    every: Sequence[Earned],
    state: State,
    *,
    calendar: Calendar,
    changes: list[Change],
) -> State:
    """Put a state under another policy: what counts now, and which tier that makes."""
    at, policy = version.since, version.policy
    counted = sum(
        amount
        for earned_at, amount in every
        if earned_at <= at < leaves_at(policy, earned_at, calendar.joined, calendar.zone)
    )
    key = old.tiers[state.level].key
    keys = [tier.key for tier in policy.tiers]
    level = policy.level(counted)
    kept = keys.index(key) if key in keys else level
    if policy.downgrade == "period_end":
        level = max(level, kept)
    state = replace(state, level=level, counted=counted, worked_to=at, in_grace=False)
    if keys[level] != key:
        changes.append(Change(at, key, keys[level], "policy", counted))
        state = replace(state, since=at)
    return replace(state, until=_end(policy, at, calendar) if level else None)
