"""What one member can take out of the catalogue now, at which price, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict
from guanxi_loyalty.ledger import UnitFacts
from guanxi_loyalty.ledger.reading import standing
from guanxi_loyalty.ledger.units import units_of
from guanxi_loyalty.models import CatalogueReward, Programme, RewardIssue, Use
from guanxi_loyalty.rewards.catalogue import find_reward, on_offer
from guanxi_loyalty.rewards.pricing import Price, price_of, tier_of
from guanxi_loyalty.texts import N_

Hindrance = Literal["points", "limit"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward on offer with the member's own price.

    :param hindrance: why it cannot be taken: too few points, or taken as often as one may.
    :param missing: how many points are missing.
    """

    reward: CatalogueReward
    price: Price
    unit: UnitFacts
    hindrance: Hindrance | None
    missing: int


def offers_for(
    session: Session, programme: Programme, customer_id: UUID, *, now: datetime
) -> Sequence[Offer]:
    """Return the catalogue as one member sees it, the cheapest first."""
    units = {unit.id: unit for unit in units_of(session) if unit.programme_id == programme.id}
    balances: dict[UUID, int] = {}
    tier = tier_of(session, programme.id, customer_id)
    taken = _taken(session, customer_id)
    offers = []
    for reward in on_offer(session, programme, now=now):
        unit = units[reward.unit_id]
        if unit.id not in balances:
            balances[unit.id] = standing(session, unit, customer_id, now=now).balance
        price = price_of(reward, tier)
        missing = max(price.points - max(balances[unit.id], 0), 0)
        full = (
            reward.customer_limit is not None and taken.get(reward.id, 0) >= reward.customer_limit
        )
        hindrance: Hindrance | None = "limit" if full else "points" if missing else None
        offers.append(Offer(reward, price, unit, hindrance, missing))
    return offers


def check_price(
    session: Session, programme: Programme, customer_id: UUID, key: str, seen: str
) -> None:
    """Refuse where a reward costs the member something else now than what was shown.

    :param seen: what :func:`mark` said when it was shown.
    :raises NotFound: there is no such reward.
    :raises Conflict: the price is another one.
    """
    reward = find_reward(session, programme, key)
    price = price_of(reward, tier_of(session, programme.id, customer_id))
    if mark(price) != seen:
        raise Conflict(N_("The price has changed meanwhile. Look at it again."))


def mark(price: Price) -> str:
    """Return what tells a price from another."""
    return f"{price.points}.{price.money}"


def was_taken(session: Session, programme_id: UUID, key: str) -> bool:
    """Return whether something was taken under this key; then it is not paid a second time."""
    wanted = select(RewardIssue.id).where(
        RewardIssue.programme_id == programme_id, RewardIssue.key == key
    )
    return session.scalar(wanted) is not None


def taken_by(
    session: Session, programme_id: UUID, customer_id: UUID, *, limit: int = 50
) -> Sequence[tuple[RewardIssue, CatalogueReward]]:
    """Return what a member took or got out of the catalogue, the latest first."""
    wanted = (
        select(RewardIssue, CatalogueReward)
        .join(CatalogueReward, CatalogueReward.id == RewardIssue.reward_id)
        .where(RewardIssue.programme_id == programme_id, RewardIssue.customer_id == customer_id)
        .order_by(RewardIssue.reserved_at.desc(), RewardIssue.id.desc())
    )
    return [(issue, reward) for issue, reward in session.execute(wanted.limit(limit))]


def _taken(session: Session, customer_id: UUID) -> dict[UUID, int]:
    rows = session.execute(select(Use.subject_id, Use.used).where(Use.customer_id == customer_id))
    return {row.subject_id: row.used for row in rows}
