"""Gift cards (礼品卡): money paid beforehand. Activities are only ever added to.

The database refuses to change or delete an activity, as it does with the ledger's entries.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

ACTIVITIES = ("load", "redeem", "refund", "block", "unblock", "expire")


class GiftCard(Base):
    """A card with a balance in minor units of ``currency``; its code is stored as a hash only.

    ``balance`` repeats the sum of the activities, so that it is read and guarded at once.
    """

    __tablename__ = "loyalty_gift_cards"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        UniqueConstraint("programme_id", "serial"),
        CheckConstraint("balance >= 0", name="balance"),
        CheckConstraint("state IN ('active', 'blocked')", name="state"),
        Index(
            "ix_loyalty_gift_cards_customer_id",
            "customer_id",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
        Index(
            "ix_loyalty_gift_cards_due",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL AND written_off_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    serial: Mapped[str]
    """What staff and receipts call it; it opens nothing."""
    code_hash: Mapped[bytes]
    currency: Mapped[str]
    balance: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default="active")
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    """Who bought it or got it, if that is known; whoever has the code can pay with it."""
    expires_at: Mapped[datetime | None]
    written_off_at: Mapped[datetime | None]
    """When what was left at its expiry became breakage (过期沉淀); looked at once."""
    issued_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class GiftCardActivity(Base):
    """Something that happened to a card; ``amount`` is signed and sums to the balance."""

    __tablename__ = "loyalty_gift_activities"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint(f"kind IN {ACTIVITIES}", name="kind"),
        CheckConstraint(
            "CASE WHEN kind IN ('load', 'refund') THEN amount > 0 "
            "WHEN kind IN ('redeem', 'expire') THEN amount < 0 ELSE amount = 0 END",
            name="amount",
        ),
        CheckConstraint("(kind = 'refund') = (refunds_id IS NOT NULL)", name="refunds"),
        CheckConstraint("balance_after >= 0", name="balance_after"),
        Index("ix_loyalty_gift_activities_card_id", "card_id", "at"),
        Index(
            "ix_loyalty_gift_activities_refunds_id",
            "refunds_id",
            postgresql_where=text("refunds_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    card_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_gift_cards.id"))
    kind: Mapped[str]
    amount: Mapped[int]
    balance_after: Mapped[int]
    key: Mapped[str]
    request_hash: Mapped[bytes]
    refunds_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_gift_activities.id"))
    document: Mapped[str | None]
    at: Mapped[datetime]
    actor_name: Mapped[str]
