"""How far a member is from the next tier (升级进度): how much of what, until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_loyalty.moments import local_day
from guanxi_loyalty.tiers.books import TierBook
from guanxi_loyalty.tiers.earned import read_earned
from guanxi_loyalty.tiers.policy import Tier
from guanxi_loyalty.tiers.standing import kept_of
from guanxi_loyalty.tiers.windows import counts_from, leaves_at, period_end


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a member stands, and what is missing.

    :param counted: what counts now, in units or, by ``basis``, hundredths of the currency.
    :param following: the next tier; None in the highest.
    :param missing: what the next tier takes beside ``counted``.
    :param until: the first instant at which some of ``counted`` stops counting; None if nothing.
    :param kept_until: when the tier is looked at again; None if it is not kept for a time.
    :param to_keep: what is missing to keep the tier then; 0 if it is enough.
    """

    tier: Tier
    since: datetime | None
    counted: int
    following: Tier | None
    missing: int
    until: datetime | None
    kept_until: datetime | None
    to_keep: int
    in_grace: bool
    basis: str

    @property
    def share(self) -> int:
        """How much of the way to the next tier is done, in percent."""
        if self.following is None:
            return 100
        first = self.tier.threshold
        way = self.following.threshold - first
        return max(0, min(99, 100 * (self.counted - first) // way))


def progress_of(session: Session, book: TierBook, customer_id: UUID, *, now: datetime) -> Progress:
    """Return where a member stands as of ``now``. Nothing is written."""
    kept = kept_of(session, book, customer_id, now=now)
    policy = book.in_force(now)
    keys = [tier.key for tier in policy.tiers]
    level = keys.index(kept.tier) if kept.tier in keys else 0
    counted, until = _counted(session, book, customer_id, kept.joined_at or now, now=now)
    tier = policy.tiers[level]
    following = policy.tiers[level + 1] if level + 1 < len(keys) else None
    return Progress(
        tier=tier,
        since=kept.since,
        counted=counted,
        following=following,
        missing=max(following.threshold - counted, 0) if following else 0,
        until=until,
        kept_until=kept.until if level else None,
        to_keep=max(tier.threshold - counted, 0),
        in_grace=kept.in_grace,
        basis=policy.basis,
    )


def _counted(
    session: Session,
    book: TierBook,
    customer_id: UUID,
    joined_at: datetime,
    *,
    now: datetime,
) -> tuple[int, datetime | None]:
    """Return what counts at ``now``, and when some of it stops counting."""
    policy, joined = book.in_force(now), local_day(joined_at, book.zone)
    asked = [(customer_id, counts_from(policy, now, joined, book.zone), now)]
    living = [
        (leaves_at(policy, at, joined, book.zone), amount)
        for at, amount in read_earned(session, book, asked).get(customer_id, [])
    ]
    living = [one for one in living if one[0] > now]
    first = min((leaves for leaves, amount in living if amount > 0), default=None)
    if policy.window == "lifetime":
        first = None
    elif policy.window != "rolling":
        first = period_end(policy, now, joined, book.zone)
    return sum(amount for _, amount in living), first
