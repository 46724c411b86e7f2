"""How many members would change their tier if other tiers were put in force now (预估).

What counts towards tiers is stored with each member, so one statement tells it, as long as the
same things count over the same time; otherwise every member had to be worked out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_loyalty.models import Programme, Standing
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.policy import Policy, Tier


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Members by tier of the new policy, and how many would rise or fall at once.

    ``known`` is False where it cannot be told without working everybody out.
    """

    known: bool = False
    counts: tuple[int, ...] = ()
    rising: int = 0
    falling: int = 0


def foresee(session: Session, programme: Programme, policy: Policy, *, now: datetime) -> Foreseen:
    """Return what a policy would change, among the members within sight."""
    book = tiers_of(session, programme)
    if book is None or _counting(book.in_force(now)) != _counting(policy):
        return Foreseen()
    old, keys = book.in_force(now), [tier.key for tier in policy.tiers]
    counts, rising, falling = [0] * len(keys), 0, 0
    for key, bucket, members in _by_level(session, programme, policy):
        level = max(int(bucket) - 1, 0)
        if policy.downgrade == "period_end" and key in keys:
            level = max(level, keys.index(key))
        counts[level] += members
        if keys[level] != key:
            risen = _above(old, key, policy.tiers[level])
            rising, falling = rising + risen * members, falling + (not risen) * members
    return Foreseen(known=True, counts=tuple(counts), rising=rising, falling=falling)


def members_by_tier(session: Session, programme: Programme) -> dict[str | None, int]:
    """Return how many members within sight are in each tier, as it was last worked out."""
    found = (
        select(Standing.tier, func.count())
        .where(Standing.programme_id == programme.id)
        .where(customers.in_sight(session, Standing.customer_id))
        .group_by(Standing.tier)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def _above(old: Policy, key: str | None, tier: Tier) -> bool:
    """Return whether a tier is above that with a key: on the old ladder, else by what it asks."""
    keys = [one.key for one in old.tiers]
    if key not in keys:
        return True
    if tier.key in keys:
        return keys.index(tier.key) > keys.index(key)
    return tier.threshold > old.tiers[keys.index(key)].threshold


def _counting(policy: Policy) -> tuple[Any, ...]:
    """Return what decides how much counts."""
    return policy.basis, policy.window, policy.months


def _by_level(session: Session, programme: Programme, policy: Policy) -> Sequence[Any]:
    thresholds = [tier.threshold for tier in policy.tiers]
    array = bindparam("thresholds", thresholds, type_=ARRAY(BigInteger))
    level = func.width_bucket(Standing.counted, array)
    found = (
        select(Standing.tier, level.label("level"), func.count())
        .where(Standing.programme_id == programme.id)
        .where(customers.in_sight(session, Standing.customer_id))
        .group_by("tier", "level")
    )
    return session.execute(found).all()
