"""Schemes of classes (分类方案), who is in which class and since when, how a class is treated."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_segmentation.models.base import Base


class Scheme(Base):
    """A way to sort all customers: each is in exactly one of its classes at any instant.

    ``tiers`` are computed from present value and potential, ``rules`` are the first class whose
    rule fits, ``mapped`` follow another scheme class by class. ``options`` depends on the kind,
    see ``schemes.options``; ``cut`` are the thresholds in force, where they are shares.
    """

    __tablename__ = "segmentation_schemes"
    __table_args__ = (
        CheckConstraint("kind IN ('tiers', 'rules', 'mapped')", name="kind"),
        CheckConstraint("state IN ('active', 'archived')", name="state"),
        CheckConstraint("state = 'active' OR NOT is_primary", name="primary_active"),
        Index(
            "uq_segmentation_schemes_primary",
            "is_primary",
            unique=True,
            postgresql_where=text("is_primary"),
        ),
    )

    id: Mapped[PrimaryId]
    key: Mapped[str] = mapped_column(unique=True)
    """What attributes (``segmentation.class_KEY``) and programs call it; it never changes."""
    kind: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whose classes decide how customers are treated; one at most."""
    state: Mapped[str] = mapped_column(server_default="active")
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    cut: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]
    """Why nobody can be sorted now (message and values); all stay where they are meanwhile."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    built_at: Mapped[datetime | None]
    """When all customers were last sorted."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Grows with each change; the ETag."""


class SchemeClass(Base):
    """A class (类别) of a scheme; the last one takes whoever fits no other."""

    __tablename__ = "segmentation_classes"
    __table_args__ = (UniqueConstraint("scheme_id", "key"),)

    id: Mapped[PrimaryId]
    scheme_id: Mapped[UUID] = mapped_column(ForeignKey(Scheme.id, ondelete="CASCADE"))
    key: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    position: Mapped[int] = mapped_column(Integer)
    """The best class has 0; the greatest is the default."""
    rule: Mapped[dict[str, Any] | None]
    """Only in ``rules`` schemes; evaluated as a hidden segment, see ``class_segments``."""
    archived: Mapped[bool] = mapped_column(server_default=text("false"))
    """Nobody is sorted into it any more; the history still names it."""


class Treatment(Base):
    """How customers of a class are treated (差异化策略) in ``[from_at, until_at)``; open: now."""

    __tablename__ = "segmentation_treatments"
    __table_args__ = (
        Index(
            "uq_segmentation_treatments_open",
            "class_id",
            unique=True,
            postgresql_where=text("until_at IS NULL"),
        ),
        CheckConstraint("cadence_days > 0", name="cadence"),
    )

    id: Mapped[PrimaryId]
    class_id: Mapped[UUID] = mapped_column(ForeignKey(SchemeClass.id, ondelete="CASCADE"))
    service_level: Mapped[str | None]
    offer_band: Mapped[str | None]
    cadence_days: Mapped[int | None] = mapped_column(Integer)
    """There should be a contact at least every so many days (联系频率)."""
    preferred_channel: Mapped[str | None]
    looked_after_by: Mapped[str | None]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    actor_name: Mapped[str]


class ClassStay(Base):
    """One stay of a customer in a class of a scheme, ``[entered_at, left_at)``."""

    __tablename__ = "segmentation_class_stays"
    __table_args__ = (
        Index(
            "uq_segmentation_class_stays_open",
            "scheme_id",
            "customer_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(
            "ix_segmentation_class_stays_class",
            "class_id",
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(
            "ix_segmentation_class_stays_recheck",
            "recheck_at",
            postgresql_where=text("left_at IS NULL AND recheck_at IS NOT NULL"),
        ),
        CheckConstraint("left_at > entered_at", name="lasts"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    scheme_id: Mapped[UUID] = mapped_column(
        ForeignKey(Scheme.id, ondelete="CASCADE"), primary_key=True
    )
    entered_at: Mapped[datetime] = mapped_column(primary_key=True)
    class_id: Mapped[UUID] = mapped_column(ForeignKey(SchemeClass.id))
    entered_cause: Mapped[str]
    """``built`` (first sorted), ``changed`` (something known about the customer), ``time``,
    ``recut`` (thresholds cut anew), ``scheme`` (the scheme was edited), ``merged``."""
    left_at: Mapped[datetime | None]
    left_cause: Mapped[str | None]
    recheck_at: Mapped[datetime | None]
    """When the minimum stay is over of a customer who would have gone down already."""


class KeyAccount(Base):
    """A decision by hand whether a customer is a key account (重点客户); it wins over the rule."""

    __tablename__ = "segmentation_key_accounts"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    is_key: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor_name: Mapped[str]
