"""The ledger (积分账本): transactions, entries, lots, what was taken from which lot, holds.

Transactions, entries and allocations are only ever added to; the database itself refuses to
change or delete them (see the migration). Nothing in them is personal: the words that somebody
wrote stand in ``Remark``, which can be erased.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import PrimaryId
from guanxi_loyalty.models.base import Base

KINDS = (
    "earn",
    "activate",
    "redeem",
    "hold",
    "capture",
    "release",
    "reverse",
    "adjust",
    "transfer",
    "expire",
    "extend",
    "repay",
    "merge",
    "erase",
)


class Transaction(Base):
    """One thing that happened to points. Its entries sum to zero.

    ``key`` makes it happen once: the same key with the same request (``request_hash``) gives the
    first answer again. ``effective_at`` is when it counts, ``recorded_at`` when it was written.
    """

    __tablename__ = "loyalty_transactions"
    __table_args__ = (
        UniqueConstraint("unit_id", "key"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("amount >= 0 AND shortfall >= 0", name="amount"),
        Index(
            "ix_loyalty_transactions_reverses_id",
            "reverses_id",
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
        Index("ix_loyalty_transactions_account_id", "account_id", "effective_at", "id"),
    )

    id: Mapped[PrimaryId]
    unit_id: Mapped[UUID]
    key: Mapped[str]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str]
    account_id: Mapped[UUID | None]
    """The member's account that it is about; None for a batch over many."""
    amount: Mapped[int]
    """How many units it moved; never negative, ``kind`` says which way."""
    shortfall: Mapped[int] = mapped_column(server_default=text("0"))
    """What could not be taken back, because it was spent and debts are not allowed."""
    balance_after: Mapped[int | None]
    reverses_id: Mapped[UUID | None]
    source: Mapped[str]
    """Who asked for it: ``till``, ``rule:KEY``, ``staff``, ``job``."""
    document: Mapped[str | None]
    """What it is for: a touchpoint, a reward, an order of the shop."""
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_name: Mapped[str]


class Entry(Base):
    """One side of a transaction: so many units into an account, or out of it."""

    __tablename__ = "loyalty_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index(
            "ix_loyalty_entries_account_id",
            "account_id",
            "effective_at",
            postgresql_include=["amount", "qualifies"],
        ),
    )

    transaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    amount: Mapped[int]
    effective_at: Mapped[datetime]
    """The transaction's, repeated so that a balance as of any instant needs this table alone."""
    qualifies: Mapped[bool]
    """Whether it counts for tiers in a unit for that: earned or taken back, not spent or over."""


class Lot(Base):
    """Units earned together (批次): spendable from ``activates_at`` until before ``expires_at``.

    Its instants never change. ``remaining`` is ``amount`` less what was allocated, repeated.
    ``origin_id`` is the first lot of these units, as merging and transferring makes new ones.
    """

    __tablename__ = "loyalty_lots"
    __table_args__ = (
        CheckConstraint("amount > 0 AND remaining BETWEEN 0 AND amount", name="remaining"),
        CheckConstraint("expires_at IS NULL OR expires_at > activates_at", name="instants"),
        Index(
            "ix_loyalty_lots_open",
            "account_id",
            "expires_at",
            "earned_at",
            "id",
            postgresql_where=text("remaining > 0"),
        ),
        Index("ix_loyalty_lots_pending", "account_id", postgresql_where=text("NOT active")),
        Index("ix_loyalty_lots_transaction_id", "transaction_id"),
    )

    id: Mapped[PrimaryId]
    account_id: Mapped[UUID]
    transaction_id: Mapped[UUID]
    origin_id: Mapped[UUID]
    amount: Mapped[int]
    remaining: Mapped[int]
    active: Mapped[bool]
    """False while its units are pending; they are on the unit's pending account then."""
    earned_at: Mapped[datetime]
    activates_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class Allocation(Base):
    """So many units taken from a lot by a transaction; below zero: put back.

    ``root_id`` is the transaction that first took them, so that what it still holds of each lot
    is one sum: a hold's after its capture and release, a redemption's after partial reversals.
    """

    __tablename__ = "loyalty_allocations"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_loyalty_allocations_lot_id", "lot_id"),
        Index("ix_loyalty_allocations_root_id", "root_id"),
    )

    transaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID]
    amount: Mapped[int]


class Hold(Base):
    """Units set aside (预留) until they are captured, released, or time is over."""

    __tablename__ = "loyalty_holds"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'captured', 'released', 'expired')", name="state"),
        CheckConstraint("captured BETWEEN 0 AND amount", name="captured"),
        Index(
            "ix_loyalty_holds_open",
            "account_id",
            "expires_at",
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_transactions.id"), primary_key=True)
    """The transaction that set them aside."""
    account_id: Mapped[UUID] = mapped_column(ForeignKey("loyalty_accounts.id"))
    amount: Mapped[int]
    captured: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default="open")
    expires_at: Mapped[datetime]


class Remark(Base):
    """What somebody wrote about a transaction: why points were adjusted. Can be erased."""

    __tablename__ = "loyalty_remarks"

    transaction_id: Mapped[UUID] = mapped_column(
        ForeignKey("loyalty_transactions.id"), primary_key=True
    )
    text: Mapped[str]
