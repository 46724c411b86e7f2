"""Adjustments that wait for a second person (双人复核)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

REQUEST_STATES = ("waiting", "approved", "refused", "withdrawn")


class AdjustmentRequest(Base):
    """An adjustment above the programme's limit: nothing is moved until somebody else agrees.

    ``reason`` and ``answer`` are words of the staff; they are erased with the customer.
    """

    __tablename__ = "loyalty_adjustment_requests"
    __table_args__ = (
        UniqueConstraint("unit_id", "key"),
        CheckConstraint(f"state IN {REQUEST_STATES}", name="state"),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_loyalty_adjustment_requests_customer_id", "customer_id", "asked_at"),
        Index(
            "ix_loyalty_adjustment_requests_waiting",
            "asked_at",
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[PrimaryId]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_units.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    key: Mapped[str]
    amount: Mapped[int]
    reason: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    """The person of the staff, who may not decide about it."""
    asked_name: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None]
    answer: Mapped[str | None]
    transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_transactions.id"))
