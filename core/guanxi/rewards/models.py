"""The table of rewards: what was asked for, given, used, taken back."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId

STATES = ("requested", "granted", "redeemed", "reversed", "expired", "refused")


class Reward(Base):
    """A reward (奖励) on its way from request to use.

    ``amount`` counts ``unit`` (points, a currency code, pieces). ``source`` says who asked and,
    with ``idempotency_key``, is unique: asking twice gives once. ``fulfilled_by`` names the plugin.
    """

    __tablename__ = "rewards"
    __table_args__ = (
        UniqueConstraint("source", "idempotency_key"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_rewards_customer_id", "customer_id", text("requested_at DESC"), text("id DESC")),
        CheckConstraint(
            "redeemed_amount >= 0 AND (amount IS NULL OR redeemed_amount <= amount)",
            name="redeemed",
        ),
        Index("ix_rewards_latest", text("requested_at DESC"), text("id DESC")),
        Index(
            "ix_rewards_waiting",
            "requested_at",
            "id",
            postgresql_where=text("state = 'requested'"),
        ),
        Index(
            "ix_rewards_expiring",
            "expires_at",
            postgresql_where=text("state = 'granted' AND expires_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str]
    amount: Mapped[Decimal | None]
    unit: Mapped[str | None]
    reason: Mapped[str]
    source: Mapped[str]
    idempotency_key: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="requested")
    state_reason: Mapped[str | None]
    redeemed_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    fulfilled_by: Mapped[str | None]
    reference: Mapped[str | None]
    """The fulfilling plugin's own id of what it gave."""
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    requested_at: Mapped[datetime]
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))
