"""Segments, their rules, who is in them and since when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_segmentation.models.base import Base


class Segment(Base):
    """A group of customers (细分群体): by a rule, or put together by hand.

    ``class`` segments stand behind the classes of a scheme, ``held`` ones behind "has been so for
    at least"; neither is listed for people.
    """

    __tablename__ = "segmentation_segments"
    __table_args__ = (
        CheckConstraint("kind IN ('rule', 'static', 'class', 'held')", name="kind"),
        CheckConstraint("state IN ('active', 'archived')", name="state"),
        CheckConstraint("building IN ('quiet', 'announced')", name="building"),
    )

    id: Mapped[PrimaryId]
    key: Mapped[str] = mapped_column(unique=True)
    """What rules, filters and programs call it; it never changes."""
    kind: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    description: Mapped[str | None]
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The document of its condition tree, see ``rules``; None for a list made by hand."""
    rule_version: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[str] = mapped_column(server_default="active")
    announce: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether entering and leaving are events in the log, for webhooks and other plugins."""
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it cannot be evaluated now (message and values); it keeps its members meanwhile."""
    building: Mapped[str | None]
    """``quiet`` or ``announced`` until all customers were looked at for a new rule, else None."""
    members: Mapped[int] = mapped_column(server_default=text("0"))
    """How many, without what stands in :class:`MemberDelta`; see ``membership.counts``."""
    evaluated_at: Mapped[datetime | None]
    """When all customers were last looked at."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Grows with each change; the ETag."""


class RuleVersion(Base):
    """A rule that a segment had; memberships name the version that they come from."""

    __tablename__ = "segmentation_rule_versions"

    segment_id: Mapped[UUID] = mapped_column(
        ForeignKey(Segment.id, ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]
    actor_name: Mapped[str]


class Membership(Base):
    """One stay of a customer in a segment, ``[entered_at, left_at)``; open ones count now.

    Without foreign keys, which would be looked up anew for each of many millions of rows: whoever
    writes stays holds the customer's state and the segment, and deleting a segment deletes them.
    """

    __tablename__ = "segmentation_memberships"
    __table_args__ = (
        Index(
            "uq_segmentation_memberships_open",
            "segment_id",
            "customer_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_segmentation_memberships_customer", "customer_id", "segment_id"),
        Index(
            "ix_segmentation_memberships_left",
            "segment_id",
            "left_at",
            postgresql_where=text("left_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    segment_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    entered_at: Mapped[datetime]
    entered_cause: Mapped[str]
    """``built``, ``changed`` (something known about the customer), ``time`` (a window ran out),
    ``pinned`` (by hand), ``rule`` (the rule was edited), ``merged``, ``audit`` (drift mended)."""
    left_at: Mapped[datetime | None]
    left_cause: Mapped[str | None]
    rule_version: Mapped[int]


class Pin(Base):
    """A decision by hand that wins over the rule: this customer is in, or is not."""

    __tablename__ = "segmentation_pins"

    segment_id: Mapped[UUID] = mapped_column(
        ForeignKey(Segment.id, ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True, index=True)
    included: Mapped[bool]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    actor_name: Mapped[str]


class State(Base):
    """Where a customer stands now: derived, one row each, locked while it is worked out.

    Made from the rows of customers, which are never deleted, so it has no foreign key to them.
    """

    __tablename__ = "segmentation_states"
    __table_args__ = (
        Index("ix_segmentation_states_segments", "segments", postgresql_using="gin"),
        Index(
            "ix_segmentation_states_due",
            "next_check_at",
            postgresql_where=text("next_check_at IS NOT NULL"),
        ),
    )

    customer_id: Mapped[UUID] = mapped_column(primary_key=True, info={"about": "customer"})
    segments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Keys of the segments that people made and the customer is in, sorted by code points."""
    hidden: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Keys of the hidden ones (``class_...``, ``held_...``), sorted by code points."""
    next_check_at: Mapped[datetime | None]
    """The next instant at which time alone may change an answer."""
    checked_at: Mapped[datetime | None]
    """The latest instant as of which the customer was looked at; nobody goes back before it."""


class Waiting(Base):
    """A customer who is to be looked at soon, as one of very many of whom something changed.

    Rows are added and taken away, never changed, so nobody waits for anybody; who stands in
    several of them is looked at once.
    """

    __tablename__ = "segmentation_waiting"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(info={"about": "customer"})


class MemberDelta(Base):
    """Customers who entered (+) and left (-) since ``members`` of the segment was last summed up.

    Rows of their own, because many workers would queue for the row of a popular segment.
    """

    __tablename__ = "segmentation_member_deltas"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    segment_id: Mapped[UUID] = mapped_column(ForeignKey(Segment.id, ondelete="CASCADE"), index=True)
    delta: Mapped[int]


class Audit(Base):
    """One comparison of what is stored with a full evaluation; any difference is an alarm."""

    __tablename__ = "segmentation_audits"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    customers: Mapped[int]
    """How many customers were compared."""
    drift: Mapped[int]
    """How many memberships differed; they were mended."""
    detail: Mapped[dict[str, Any]]
    """By key of the segment: how many were missing, how many too many."""


class Rebuild(Base):
    """A rebuild of everybody that is going on, batch by batch; there is at most one."""

    __tablename__ = "segmentation_rebuilds"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[datetime]
    """The instant as of which everybody is looked at."""
    cause: Mapped[str]
    then_cause: Mapped[str]
    """The cause for classes by rules, and for segments that ask for these."""
    segments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What is worked out, as ``key:version of the rule:version``; who is edited drops out."""
    next_id: Mapped[UUID | None]
    """Where the next batch begins; None before the first and after the last."""
    at_end: Mapped[bool]
    """Whether everybody was looked at, and only the end is left to do."""
    moved: Mapped[int]
    """How many memberships changed so far, in this round."""
    total: Mapped[int]
    """How many did in the rounds before."""
    rounds: Mapped[int]
    """How often classes had segments looked at again."""
    asked: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Jobs that were asked for meanwhile; they are queued at the end."""
