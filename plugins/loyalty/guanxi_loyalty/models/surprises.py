"""Small surprises (赠品) that staff give, and what each may give in a month."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base


class StaffBudget(Base):
    """What one of the staff may give in a month, in minor units; without a person: all others."""

    __tablename__ = "loyalty_staff_budgets"
    __table_args__ = (
        UniqueConstraint("programme_id", "staff_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("monthly >= 0", name="monthly"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    staff_id: Mapped[UUID | None]
    monthly: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class StaffMonth(Base):
    """What one of the staff has given in a month of the programme's calendar."""

    __tablename__ = "loyalty_staff_months"
    __table_args__ = (CheckConstraint("spent >= 0", name="spent"),)

    programme_id: Mapped[UUID] = mapped_column(
        ForeignKey("loyalty_programmes.id"), primary_key=True
    )
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    spent: Mapped[int] = mapped_column(server_default=text("0"))


class Surprise(Base):
    """One surprise: a reward of the catalogue from one of the staff to a customer."""

    __tablename__ = "loyalty_surprises"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("state IN ('given', 'taken_back')", name="state"),
        Index("ix_loyalty_surprises_customer_id", "customer_id", "given_at"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    key: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    staff_id: Mapped[UUID]
    month: Mapped[date]
    cost: Mapped[int]
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_reward_issues.id"), unique=True)
    core_reward_id: Mapped[UUID]
    reason: Mapped[str | None]
    """In the words of the staff; erased with the customer."""
    state: Mapped[str] = mapped_column(server_default="given")
    given_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
