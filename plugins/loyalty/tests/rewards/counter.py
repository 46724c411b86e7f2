"""A counter where members take rewards, in a transaction, at an instant set."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.vouchers.shop import NOW, Shop
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty import rewards
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.models import CatalogueReward, Programme, RewardIssue
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards import IssueAsk, RewardDraft, Taken


@dataclass
class Counter:
    """What the tests of rewards do with it; each command in a savepoint."""

    session: Session
    now: datetime = NOW
    _numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.till = Till(self.session, load_unit(self.session, "club", "points"), self.now)
        self.shop = Shop(self.session, self.now)

    @property
    def programme(self) -> Programme:
        return find_programme(self.session, "club")

    def member(self, points: int = 0) -> UUID:
        """Return a new customer who has earned ``points``."""
        customer = self.till.member()
        if points:
            self.till.earn(customer, points)
        return customer

    def reward(self, **more: Any) -> CatalogueReward:
        """Return a new reward for 100 points."""
        terms = {"key": f"reward{next(self._numbers)}", "title_en": "Mug", "points": 100, **more}
        draft = RewardDraft(**terms)
        return rewards.create_reward(self.session, self.programme, draft, now=self.now, by="test")

    def ask(self, key: str | None = None) -> IssueAsk:
        name = key or f"issue-{next(self._numbers)}"
        return IssueAsk(self.programme, name, self.now, "till", "test")

    def take(self, customer: UUID, reward: CatalogueReward, **more: Any) -> Taken:
        ask = self.ask(more.pop("key", None))
        with self.session.begin_nested():
            return rewards.reserve(self.session, ask, customer, reward.key, **more)

    def hand_over(self, issue: RewardIssue) -> RewardIssue:
        with self.session.begin_nested():
            return rewards.redeem(self.session, issue.id, now=self.now)

    def cancel(self, issue: RewardIssue) -> RewardIssue:
        with self.session.begin_nested():
            return rewards.cancel(self.session, issue.id, "mistake", now=self.now, by="test")

    def stock(self, reward: CatalogueReward) -> int | None:
        """Return what is in stock."""
        self.session.refresh(reward)
        return reward.stock

    def stands(self, customer: UUID, tier: str) -> None:
        """Put a member into a tier."""
        self.session.execute(
            text(
                "INSERT INTO loyalty_standings (programme_id, customer_id, joined_at, tier, "
                "tier_since) VALUES (:programme, :customer, :now, :tier, :now)"
            ),
            {
                "programme": self.programme.id,
                "customer": customer,
                "now": self.now,
                "tier": tier,
            },
        )
