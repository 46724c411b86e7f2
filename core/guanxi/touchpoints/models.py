"""Tables of touchpoints: every contact, purchase and return, and what they may be called.

What is derived from them for the charts and planned for the future stands here too; the rules
stand in ``domain/``.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base
from guanxi.db.base import PrimaryId


class Channel(Base):
    """Where contact happens (渠道): website, store, phone...; the admin may add more."""

    __tablename__ = "channels"

    key: Mapped[str] = mapped_column(primary_key=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))


class TouchpointKind(Base):
    """What took place (接触类型): purchase, return, call...; plugins and admin may add."""

    __tablename__ = "touchpoint_kinds"

    key: Mapped[str] = mapped_column(primary_key=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))


class Outcome(Base):
    """What came of a contact (接触结果): reached, no answer, resolved...; the admin may add more.

    ``success`` says whether it counts as a good result; None where it is neither good nor bad.
    """

    __tablename__ = "touchpoint_outcomes"

    key: Mapped[str] = mapped_column(primary_key=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    success: Mapped[bool | None]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))


class Touchpoint(Base):
    """One contact with a customer (接触点).

    ``occurred_at`` is when it happened, ``created_at`` when we learnt of it. ``amount`` is in the
    major unit of ``currency`` and negative for a return. ``source`` and ``external_id`` are unique
    together, so a repeated import or call changes nothing. ``customer_id`` is None where nobody is
    known yet; ``customer_hint`` then says whom the source named. ``fingerprint`` is of the draft
    as it first came, so that a repeat is known as one even after the touchpoint was corrected.

    Channel, kind and outcome are words of the lists, from which nothing is ever deleted. Each
    write checks them itself; foreign keys would lock the same few rows for every touchpoint.
    """

    __tablename__ = "touchpoints"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out', 'none')", name="direction"),
        CheckConstraint("state IN ('recorded', 'voided')", name="state"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="currency"),
        Index("ix_touchpoints_latest", text("occurred_at DESC"), text("id DESC")),
        Index("ix_touchpoints_kind", "kind", text("occurred_at DESC"), text("id DESC")),
        Index("ix_touchpoints_timeline", "customer_id", text("occurred_at DESC"), text("id DESC")),
        Index(
            "uq_touchpoints_external",
            "source",
            "external_id",
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index(
            "ix_touchpoints_unassigned",
            "customer_hint",
            "occurred_at",
            postgresql_where=text("customer_id IS NULL AND state = 'recorded'"),
        ),
        Index(
            "ix_touchpoints_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    customer_hint: Mapped[str | None]
    channel: Mapped[str]
    kind: Mapped[str]
    direction: Mapped[str]
    occurred_at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    subject: Mapped[str | None]
    note: Mapped[str | None]
    outcome: Mapped[str | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default="guanxi")
    external_id: Mapped[str | None]
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(server_default="recorded")
    state_reason: Mapped[str | None]
    import_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TouchpointLine(Base):
    """One line of a purchase or return, in the order of the receipt."""

    __tablename__ = "touchpoint_lines"

    touchpoint_id: Mapped[UUID] = mapped_column(
        ForeignKey("touchpoints.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    product: Mapped[str]
    description: Mapped[str | None]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Decimal]


class PlannedContact(Base):
    """The next contact that somebody means to have with a customer (下次联系)."""

    __tablename__ = "touchpoint_plans"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'done', 'cancelled')", name="state"),
        Index(
            "ix_touchpoint_plans_customer_id",
            "customer_id",
            "due_on",
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "ix_touchpoint_plans_staff_id",
            "staff_id",
            "due_on",
            postgresql_where=text("state = 'planned'"),
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    due_on: Mapped[date] = mapped_column(Date)
    """A day in the planner's own calendar; no time zone belongs to it."""
    channel: Mapped[str | None] = mapped_column(ForeignKey("channels.key"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    note: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="planned")
    touchpoint_id: Mapped[UUID | None] = mapped_column(ForeignKey("touchpoints.id"))
    """The contact that fulfilled it."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class TouchpointDay(Base):
    """Derived from the log: counts and sums per UTC day, for the charts."""

    __tablename__ = "touchpoint_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True, server_default="")
    """Empty where no money was involved."""
    known: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the customer was known."""
    count: Mapped[int]
    amount: Mapped[Decimal]
