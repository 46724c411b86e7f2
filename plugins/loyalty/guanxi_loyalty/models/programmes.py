"""Programmes (忠诚计划), their units of account, and the accounts kept in a unit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

PURPOSES = ("member", "issuance", "redemption", "breakage", "adjustment", "pending", "held")
"""``member`` are customers' accounts, the others exist once per unit and balance them."""


class Programme(Base):
    """A loyalty programme: in which currency and time zone it counts, and by which policies.

    ``policies`` is read by ``guanxi_loyalty.policies``. A programme is ``read_only`` when its
    ledger failed the check: nothing is written until somebody has looked.
    """

    __tablename__ = "loyalty_programmes"
    __table_args__ = (CheckConstraint("state IN ('active', 'paused', 'read_only')", name="state"),)

    id: Mapped[PrimaryId]
    key: Mapped[str] = mapped_column(unique=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    currency: Mapped[str]
    time_zone: Mapped[str]
    policies: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    state: Mapped[str] = mapped_column(server_default="active")
    state_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Unit(Base):
    """What a programme counts: points to spend, points that qualify for a tier, stamps."""

    __tablename__ = "loyalty_units"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("kind IN ('spendable', 'qualifying', 'stamps')", name="kind"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    key: Mapped[str]
    kind: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]


class Account(Base):
    """An account (账户) in one unit: a member's, or one of the unit's own.

    What a member has is the sum of the entries; ``balance`` repeats it, so that it is read at
    once. It is below zero by ``debt`` only. ``held`` lies on open holds and is no part of it.
    The unit's own accounts repeat nothing: a row that every command changes would queue them all.
    """

    __tablename__ = "loyalty_accounts"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint("(purpose = 'member') = (customer_id IS NOT NULL)", name="member"),
        CheckConstraint("debt >= 0 AND held >= 0 AND balance >= -debt", name="covered"),
        Index(
            "uq_loyalty_accounts_member",
            "unit_id",
            "customer_id",
            unique=True,
            postgresql_where=text("purpose = 'member'"),
        ),
        Index(
            "uq_loyalty_accounts_own",
            "unit_id",
            "purpose",
            unique=True,
            postgresql_where=text("purpose <> 'member'"),
        ),
        Index("ix_loyalty_accounts_customer_id", "customer_id"),
        Index(
            "ix_loyalty_accounts_due",
            "unit_id",
            "next_due_at",
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_units.id"))
    purpose: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    balance: Mapped[int] = mapped_column(server_default=text("0"))
    held: Mapped[int] = mapped_column(server_default=text("0"))
    debt: Mapped[int] = mapped_column(server_default=text("0"))
    next_due_at: Mapped[datetime | None]
    """When a lot next becomes spendable or runs out, or a hold runs out; None if never."""
    active_at: Mapped[datetime | None]
    """When the member last earned or spent, for points that run out by inactivity."""
