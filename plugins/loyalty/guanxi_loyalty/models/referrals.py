"""Referrals (推荐有礼): a member's own code, who came by it, and what both get."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

STATES = ("pending", "qualified", "rewarded", "refused", "withdrawn", "superseded")


class ReferralTerms(Base):
    """What a programme gives for a referral, and when."""

    __tablename__ = "loyalty_referral_terms"
    __table_args__ = (
        CheckConstraint("referrer_points >= 0 AND referred_points >= 0", name="points"),
        CheckConstraint("min_order >= 0 AND window_days >= 0 AND most > 0", name="limits"),
    )

    programme_id: Mapped[UUID] = mapped_column(
        ForeignKey("loyalty_programmes.id"), primary_key=True
    )
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_units.id"))
    referrer_points: Mapped[int]
    referred_points: Mapped[int]
    min_order: Mapped[int] = mapped_column(server_default=text("0"))
    """The purchase that counts, in minor units."""
    window_days: Mapped[int] = mapped_column(server_default=text("14"))
    """How long a purchase can be returned (退货期)."""
    most: Mapped[int | None]
    """How many referrals of one member are rewarded."""
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class ReferralCode(Base):
    """A member's own code; it is given to friends, so it is no secret."""

    __tablename__ = "loyalty_referral_codes"
    __table_args__ = (
        UniqueConstraint("code"),
        Index(
            "uq_loyalty_referral_codes_own",
            "programme_id",
            "customer_id",
            unique=True,
            postgresql_where=text("NOT former"),
        ),
        CheckConstraint("rewarded >= 0", name="rewarded"),
        Index("ix_loyalty_referral_codes_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    code: Mapped[str]
    rewarded: Mapped[int] = mapped_column(server_default=text("0"))
    former: Mapped[bool] = mapped_column(server_default=text("false"))
    """It came with a merged customer; it still works, but is not shown."""
    made_at: Mapped[datetime]


class Referral(Base):
    """Somebody who came by a member's code. A customer can be referred once.

    ``superseded``: the customer was merged with another who had been referred, too.
    """

    __tablename__ = "loyalty_referrals"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(
            "uq_loyalty_referrals_referred",
            "programme_id",
            "referred_id",
            unique=True,
            postgresql_where=text("state NOT IN ('refused', 'superseded')"),
        ),
        Index("ix_loyalty_referrals_referrer_id", "referrer_id"),
        Index("ix_loyalty_referrals_referred_id", "referred_id"),
        Index(
            "ix_loyalty_referrals_due",
            "due_at",
            postgresql_where=text("state = 'qualified'"),
        ),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    code_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_referral_codes.id"))
    referrer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    referred_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    state: Mapped[str] = mapped_column(server_default="pending")
    cause: Mapped[str | None]
    """Why it was refused: ``same_person``, ``device``, ``payment``, ``not_new``, ``most`` (as
    many as the terms allow were rewarded), ``gone`` (erased)."""
    document: Mapped[str | None]
    """The touchpoint of the purchase that counts."""
    registered_at: Mapped[datetime]
    qualified_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """The first instant after the return window."""
    rewarded_at: Mapped[datetime | None]
    referrer_posting_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_transactions.id"))
    referred_posting_id: Mapped[UUID | None] = mapped_column(ForeignKey("loyalty_transactions.id"))


class Fingerprint(Base):
    """A device or means of payment that a customer was seen with; a hash, as the till gave it."""

    __tablename__ = "loyalty_fingerprints"
    __table_args__ = (
        CheckConstraint("kind IN ('device', 'payment')", name="kind"),
        Index("ix_loyalty_fingerprints_customer_id", "customer_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    value_hash: Mapped[bytes] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    seen_at: Mapped[datetime]
