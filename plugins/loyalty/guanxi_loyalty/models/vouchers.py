"""Vouchers and coupons (优惠券): sets of codes with the same terms, codes, and their use.

A code of a bulk set is stored as a hash only. A shared code ("WELCOME") is no secret.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_loyalty.models.base import Base

BATCH_STATES = ("making", "ready", "fetched", "blocked")
EFFECTS = ("percent", "amount", "product", "shipping")


class CodeSet(Base):
    """Codes under the same terms.

    ``value``: hundredths of a percent, minor units, or pieces, as ``effect`` says. ``most`` caps
    the discount. ``family``: of each family only one code works in an order (互斥类别).
    """

    __tablename__ = "loyalty_code_sets"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("kind IN ('shared', 'bulk')", name="kind"),
        CheckConstraint(f"effect IN {EFFECTS}", name="effect"),
        CheckConstraint("state IN ('active', 'paused')", name="state"),
        CheckConstraint("value >= 0 AND (effect <> 'percent' OR value <= 10000)", name="value"),
        CheckConstraint("used >= 0 AND used <= coalesce(total_limit, used)", name="used"),
        CheckConstraint("code_limit > 0 AND customer_limit > 0 AND total_limit > 0", name="limits"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    key: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    kind: Mapped[str]
    effect: Mapped[str]
    value: Mapped[int] = mapped_column(server_default=sql("0"))
    most: Mapped[int | None]
    min_order: Mapped[int] = mapped_column(server_default=sql("0"))
    conditions: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    family: Mapped[str | None]
    alone: Mapped[bool] = mapped_column(server_default=sql("false"))
    """It works with no other code in the same order."""
    priority: Mapped[int] = mapped_column(server_default=sql("100"))
    """The lower, the earlier it is applied."""
    code_limit: Mapped[int | None]
    customer_limit: Mapped[int | None]
    total_limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default=sql("0"))
    """Counted only where there is a ``total_limit``."""
    made: Mapped[int] = mapped_column(server_default=sql("0"))
    """How many codes were made; the serial number of the last one."""
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=sql("1"))


class Code(Base):
    """A code; ``text`` is kept of a shared one only. ``customer_id``: nobody else may use it."""

    __tablename__ = "loyalty_codes"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        UniqueConstraint("set_id", "serial"),
        CheckConstraint("used >= 0 AND used <= coalesce(use_limit, used)", name="used"),
        CheckConstraint("use_limit > 0", name="use_limit"),
        Index(
            "ix_loyalty_codes_customer_id",
            "customer_id",
            postgresql_where=sql("customer_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    set_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_code_sets.id"))
    serial: Mapped[int]
    code_hash: Mapped[bytes]
    text: Mapped[str | None]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    use_limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default=sql("0"))
    blocked: Mapped[bool] = mapped_column(server_default=sql("false"))
    valid_to: Mapped[datetime | None]
    made_at: Mapped[datetime]


class CodeBatch(Base):
    """Codes made together (批次), by their serial numbers; in the background where they are many.

    ``made`` of ``count`` are there. They are downloaded once (``fetched``). What nobody fetched
    in time, or was taken back, is ``blocked``, code by code.
    """

    __tablename__ = "loyalty_code_batches"
    __table_args__ = (
        CheckConstraint(f"state IN {BATCH_STATES}", name="state"),
        CheckConstraint("made >= 0 AND made <= count", name="made"),
        Index("ix_loyalty_code_batches_set_id", "set_id"),
        Index(
            "ix_loyalty_code_batches_open",
            "asked_at",
            postgresql_where=sql("state IN ('making', 'ready')"),
        ),
    )

    id: Mapped[PrimaryId]
    set_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_code_sets.id"))
    first_serial: Mapped[int]
    count: Mapped[int]
    length: Mapped[int]
    made: Mapped[int] = mapped_column(server_default=sql("0"))
    state: Mapped[str] = mapped_column(server_default="making")
    public_key: Mapped[bytes | None]
    """Seals the codes until they are fetched; see ``vouchers/sealing.py``."""
    private_key: Mapped[str | None]
    """Opens them; itself encrypted under the installation's key, which is in no database."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    fetched_at: Mapped[datetime | None]


class SealedCodes(Base):
    """A part of a batch in an envelope, until it is fetched."""

    __tablename__ = "loyalty_sealed_codes"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_code_batches.id"), primary_key=True)
    first_serial: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class CodeOrder(Base):
    """An order in which codes were used; its key makes that happen once."""

    __tablename__ = "loyalty_code_orders"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        Index("ix_loyalty_code_orders_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_programmes.id"))
    key: Mapped[str]
    request_hash: Mapped[bytes]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    document: Mapped[str | None]
    discount: Mapped[int]
    answer: Mapped[dict[str, Any]]
    """The allocation as it was answered; nothing personal."""
    at: Mapped[datetime]
    actor_name: Mapped[str]


class CodeUse(Base):
    """A code used in an order: what it took off, and whether that was reversed."""

    __tablename__ = "loyalty_code_uses"
    __table_args__ = (
        CheckConstraint("state IN ('redeemed', 'reversed')", name="state"),
        CheckConstraint("discount >= 0", name="discount"),
        Index("ix_loyalty_code_uses_code_id", "code_id"),
        Index("ix_loyalty_code_uses_customer_id", "customer_id"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_code_orders.id"), primary_key=True)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_codes.id"), primary_key=True)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    discount: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="redeemed")
    counted: Mapped[bool] = mapped_column(server_default=sql("false"))
    """The member's own count was raised for it."""
    counted_total: Mapped[bool] = mapped_column(server_default=sql("false"))
    """The count of the set was raised for it."""
    reversed_at: Mapped[datetime | None]


class Secret(Base):
    """Random values of the installation: with what codes are hashed."""

    __tablename__ = "loyalty_secrets"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class Guess(Base):
    """Wrong codes by who sent them, counted in the database for all processes."""

    __tablename__ = "loyalty_guesses"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failure_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
