"""Earning rules (赚取规则), campaigns (活动), and what became of each occasion to earn."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base


class Campaign(Base):
    """Rules that run together (活动): from, to, with a budget, against a held-back group.

    ``spent`` is what its rules gave out of the ``budget``, less what was taken back; it grows by a
    conditional UPDATE only. ``held_back`` is the share of members, in hundredths of a percent, to
    whom its rules give nothing, so that the others can be compared with them (对照组).
    """

    __tablename__ = "loyalty_campaigns"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("state IN ('active', 'paused', 'archived')", name="state"),
        CheckConstraint("budget IS NULL OR budget > 0", name="budget"),
        CheckConstraint("spent >= 0 AND (budget IS NULL OR spent <= budget)", name="spent"),
        CheckConstraint("held_back BETWEEN 0 AND 9999", name="held_back"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="instants"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    key: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """The first instant at which it does not run any more."""
    budget: Mapped[int | None]
    spent: Mapped[int] = mapped_column(server_default=text("0"))
    held_back: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    salt: Mapped[str]
    """Makes the held-back group of this campaign another one than that of the last."""
    state: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class EarningRule(Base):
    """When members earn how much (赚取规则). ``definition`` is read by ``earning.definitions``."""

    __tablename__ = "loyalty_rules"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("state IN ('active', 'paused', 'archived')", name="state"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_campaigns.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_units.id"))
    key: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    trigger: Mapped[str]
    """A kind of touchpoint (``purchase``, ``survey``...), or ``profile``, ``birthday``,
    ``anniversary``."""
    definition: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    priority: Mapped[int] = mapped_column(Integer, server_default=text("100"))
    """Rules are looked at from the smallest number on."""
    state: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class RuleUse(Base):
    """How often, and how much, a rule gave a member in one period, where it has a limit."""

    __tablename__ = "loyalty_rule_uses"
    __table_args__ = (CheckConstraint("times >= 0 AND units >= 0", name="counted"),)

    rule_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_rules.id"), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    """``day``, ``week``, ``month``, ``year``, ``ever``."""
    begins: Mapped[date] = mapped_column(Date, primary_key=True)
    """The period's first day in the programme's zone; 0001-01-01 for ever."""
    times: Mapped[int] = mapped_column(Integer)
    units: Mapped[int]


class Occasion(Base):
    """A purchase or other occasion that the rules of a programme have judged (事由).

    ``awards`` are lists of rule, unit and units, as judged. ``posted`` says by unit what the
    ledger was told: earned, taken back, and how many transactions that took. ``returned`` is what
    returns took back of ``amount``.
    """

    __tablename__ = "loyalty_occasions"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR returned BETWEEN 0 AND amount", name="returned"),
        Index("ix_loyalty_occasions_customer_id", "customer_id", "occurred_at"),
    )

    programme_id: Mapped[UUID] = mapped_column(
        ForeignKey("loyalty_programmes.id"), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The touchpoint's; for other triggers one made of customer and occasion."""
    kind: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    occurred_at: Mapped[datetime]
    amount: Mapped[Decimal | None]
    returned: Mapped[Decimal] = mapped_column(server_default=text("0"))
    awards: Mapped[list[Any]] = mapped_column(server_default="[]")
    posted: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    voided: Mapped[bool] = mapped_column(server_default=text("false"))
    judged_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    """The version of the touchpoint that was judged."""


class ReturnSeen(Base):
    """A return that came by; it tells whose purchases have to be matched with returns."""

    __tablename__ = "loyalty_returns"

    touchpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), index=True)
