"""Weeks out of the ordinary, potential of customers, saved analyses, reports for the board."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_scoring.models.base import Base


class Anomaly(Base):
    """A figure of the company that was far from what its weeks before let expect (异常)."""

    __tablename__ = "scoring_anomalies"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'explained', 'dismissed')", name="state"),
        Index("ix_scoring_anomalies_week", text("week_on DESC"), "figure"),
    )

    figure: Mapped[str] = mapped_column(primary_key=True)
    """One of ``insight.figures.FIGURES``."""
    week_on: Mapped[date] = mapped_column(Date, primary_key=True)
    """The Monday of its week, in the company's zone."""
    value: Mapped[Decimal] = mapped_column(Numeric)
    expected: Mapped[Decimal] = mapped_column(Numeric)
    low: Mapped[Decimal] = mapped_column(Numeric)
    high: Mapped[Decimal] = mapped_column(Numeric)
    """Between ``low`` and ``high`` it would have been ordinary."""
    score: Mapped[float] = mapped_column(Float(53))
    """The modified z-score; below zero: less than expected."""
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="new")
    note: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Potential(Base):
    """What a customer is expected to bring beyond what they bring now (潜在价值)."""

    __tablename__ = "scoring_potentials"
    __table_args__ = (Index("ix_scoring_potentials_gap", text("gap DESC"), "customer_id"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    expected: Mapped[Decimal]
    """Of the twelve months from ``as_of``."""
    now: Mapped[Decimal]
    """Purchases less returns of the 365 days before ``as_of``."""
    gap: Mapped[Decimal]
    """``expected`` less ``now``."""
    currency: Mapped[str]
    as_of: Mapped[datetime]


class Analysis(Base):
    """A question about customers that is kept with its answer (分析): what, by what, of whom."""

    __tablename__ = "scoring_analyses"

    id: Mapped[PrimaryId]
    title: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """See ``insight.analyses.definition``."""
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
    last_run_by: Mapped[str | None]
    last_rows: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The answer of the last run, as whoever ran it saw it."""
    last_scope: Mapped[str | None]
    """``all``, or the id of the person whose customers alone were counted."""
    version: Mapped[int] = mapped_column(server_default=text("1"))


class BoardReport(Base):
    """A report for the board (决策报告): its figures are frozen when it is made."""

    __tablename__ = "scoring_board_reports"

    id: Mapped[PrimaryId]
    title: Mapped[str]
    as_of: Mapped[datetime]
    currency: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
