"""Tiers (等级): a programme's policies, where each member stands, and how that came about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

CAUSES = ("reached", "lapsed", "fell", "taken_back", "policy")


class TierPolicy(Base):
    """A version of a programme's tiers, in force from an instant on; never changed afterwards.

    ``definition`` is read by ``tiers.policy``.
    """

    __tablename__ = "loyalty_tier_policies"
    __table_args__ = (UniqueConstraint("programme_id", "in_force_from"),)

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    in_force_from: Mapped[datetime]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class Standing(Base):
    """Where a member stands (会员现状): since when a member, in which tier, and until when.

    All but ``joined_at`` can be worked out anew from the ledger and the policies.
    """

    __tablename__ = "loyalty_standings"
    __table_args__ = (
        Index(
            "ix_loyalty_standings_due",
            "next_check_at",
            postgresql_where=text("next_check_at IS NOT NULL"),
        ),
        Index("ix_loyalty_standings_customer_id", "customer_id"),
    )

    programme_id: Mapped[UUID] = mapped_column(
        ForeignKey("loyalty_programmes.id"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    joined_at: Mapped[datetime]
    tier: Mapped[str | None]
    """Its key; None while the programme has no tiers."""
    tier_since: Mapped[datetime | None]
    counted: Mapped[int] = mapped_column(server_default=text("0"))
    """What counts towards tiers as of ``worked_to``."""
    worked_to: Mapped[datetime | None]
    """The last instant at which something happened to this."""
    valid_until: Mapped[datetime | None]
    """When the tier is looked at again, if it is kept for a time."""
    in_grace: Mapped[bool] = mapped_column(server_default=text("false"))
    next_check_at: Mapped[datetime | None]
    """When time alone may change the tier; None if never."""


class TierChange(Base):
    """A member came into another tier (等级变更), and why: one of ``CAUSES``."""

    __tablename__ = "loyalty_tier_changes"
    __table_args__ = (
        CheckConstraint(f"cause IN {CAUSES}", name="cause"),
        Index("ix_loyalty_tier_changes_customer_id", "customer_id", "programme_id", "at"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    number: Mapped[int] = mapped_column(Integer)
    """The order of changes at the same instant."""
    at: Mapped[datetime]
    before: Mapped[str | None]
    after: Mapped[str]
    cause: Mapped[str]
    counted: Mapped[int]
