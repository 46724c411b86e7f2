"""What a reward costs a member: points and money, another price for some tiers (等级价)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_loyalty.models import CatalogueReward, Standing


@dataclass(frozen=True, slots=True)
class Price:
    """A price: points of the reward's unit, and minor units of the programme's currency."""

    points: int
    money: int


def price_of(reward: CatalogueReward, tier: str | None) -> Price:
    """Return what ``reward`` costs a member of ``tier``."""
    own = reward.tier_prices.get(tier) if tier is not None else None
    if own is None:
        return Price(reward.points, reward.money)
    return Price(own.get("points", reward.points), own.get("money", reward.money))


def tier_of(session: Session, programme_id: UUID, customer_id: UUID) -> str | None:
    """Return the key of the tier in which a customer stands; None for none."""
    wanted = select(Standing.tier).where(
        Standing.programme_id == programme_id, Standing.customer_id == customer_id
    )
    return session.scalar(wanted)
