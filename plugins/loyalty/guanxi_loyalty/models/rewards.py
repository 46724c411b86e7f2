"""The catalogue of rewards (奖励目录), and what members took out of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

GIVES = ("item", "code", "card", "points")
PICTURES = ("png", "jpeg", "webp")
ISSUE_STATES = ("reserved", "redeemed", "cancelled", "expired")


class CatalogueReward(Base):
    """A reward that can be had for points, for points and money, or for nothing.

    ``points`` counts the unit; ``money`` and ``cost`` are minor units of the programme's currency.
    ``tier_prices`` replaces both for members of a tier. ``stock`` is what is left; None: endless.
    """

    __tablename__ = "loyalty_rewards"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint(f"gives IN {GIVES}", name="gives"),
        CheckConstraint("state IN ('active', 'archived')", name="state"),
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("points >= 0 AND money >= 0 AND cost >= 0", name="price"),
        CheckConstraint("(gives = 'code') = (code_set_id IS NOT NULL)", name="code_set"),
        CheckConstraint("(gives IN ('card', 'points')) = (value > 0)", name="value"),
        CheckConstraint("gives <> 'points' OR points = 0", name="for_points"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_units.id"))
    key: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    text_en: Mapped[str] = mapped_column(server_default="")
    text_zh: Mapped[str] = mapped_column(server_default="")
    image: Mapped[str | None]
    """Where its picture is: an address, or ``picture:ID`` of :class:`Picture`."""
    gives: Mapped[str] = mapped_column(server_default="item")
    code_set_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_code_sets.id"))
    points: Mapped[int]
    money: Mapped[int] = mapped_column(server_default=text("0"))
    tier_prices: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    cost: Mapped[int] = mapped_column(server_default=text("0"))
    """What one costs the company; counts against the budgets of staff."""
    value: Mapped[int] = mapped_column(server_default=text("0"))
    """What a gift card that it gives is loaded with, or how many points it gives."""
    stock: Mapped[int | None]
    customer_limit: Mapped[int | None]
    keep_days: Mapped[int] = mapped_column(server_default=text("30"))
    """How long a reserved one waits to be fetched."""
    surprise: Mapped[bool] = mapped_column(server_default=text("false"))
    """Staff may give it as a small surprise (赠品)."""
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Picture(Base):
    """A picture (图片) of the catalogue; whoever knows its id may see it, as anybody in a shop."""

    __tablename__ = "loyalty_pictures"
    __table_args__ = (
        CheckConstraint(f"kind IN {PICTURES}", name="kind"),
        CheckConstraint("octet_length(content) <= 1048576", name="content"),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes]
    added_at: Mapped[datetime]
    added_by: Mapped[str]


class RewardIssue(Base):
    """One reward taken by one member: reserved, then redeemed or cancelled."""

    __tablename__ = "loyalty_reward_issues"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint(f"state IN {ISSUE_STATES}", name="state"),
        Index("ix_loyalty_reward_issues_customer_id", "customer_id", "reserved_at"),
        Index("ix_loyalty_reward_issues_reward_id", "reward_id"),
        Index(
            "ix_loyalty_reward_issues_due",
            "expires_at",
            postgresql_where=text("state = 'reserved'"),
        ),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    reward_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_rewards.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    key: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="reserved")
    tier: Mapped[str | None]
    points: Mapped[int] = mapped_column(server_default=text("0"))
    money: Mapped[int] = mapped_column(server_default=text("0"))
    """What is still to be paid for it, in minor units."""
    cost: Mapped[int] = mapped_column(server_default=text("0"))
    counted: Mapped[bool] = mapped_column(server_default=text("false"))
    took_stock: Mapped[bool] = mapped_column(server_default=text("false"))
    transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_transactions.id"))
    """The ledger's transaction: of the points paid for it, or of those that it gave."""
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_codes.id"))
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_gift_cards.id"))
    source: Mapped[str]
    actor_name: Mapped[str]
    reason: Mapped[str | None]
    reserved_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class Use(Base):
    """How often a member used a reward or a set of codes that has a limit per member."""

    __tablename__ = "loyalty_uses"
    __table_args__ = (
        CheckConstraint("used >= 0", name="used"),
        Index("ix_loyalty_uses_customer_id", "customer_id"),
    )

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    used: Mapped[int]


class Fulfilment(Base):
    """What was given for a reward that the core was asked for; one row per reward, for good."""

    __tablename__ = "loyalty_fulfilments"
    __table_args__ = (CheckConstraint("state IN ('given', 'taken_back', 'run_out')", name="state"),)

    reward_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The core's reward."""
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), index=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="given")
    transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_transactions.id"))
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_codes.id"))
    issue_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_reward_issues.id"))
    at: Mapped[datetime]
