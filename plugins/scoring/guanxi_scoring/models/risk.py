"""Relationship risk: past cases, scores of cards, ratings, answers, mitigations, standings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Integer, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer, PrimaryId
from guanxi_scoring.models.base import Base
from guanxi_scoring.models.life import Model


class CaseFile(Base):
    """A table of past cases that cards may learn from; it names no customers."""

    __tablename__ = "scoring_risk_case_files"

    id: Mapped[PrimaryId]
    title: Mapped[str]
    file_name: Mapped[str]
    columns: Mapped[list[Any]] = mapped_column(JSONB)
    rows: Mapped[list[Any]] = mapped_column(JSONB, deferred=True)
    """Each row: its number as a spreadsheet shows it, then its cells as text."""
    cases: Mapped[int] = mapped_column(Integer)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]


class CardScore(Base):
    """The score of one customer by one card (信用评分); without points, ``problem`` says why."""

    __tablename__ = "scoring_risk_scores"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        CheckConstraint("(points IS NULL) <> (problem IS NULL)", name="points"),
        Index("ix_scoring_risk_scores_model_id", "model_id", "points"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    model_version: Mapped[int] = mapped_column(Integer)
    as_of: Mapped[datetime]
    points: Mapped[float | None] = mapped_column(Float(53))
    probability: Mapped[float | None] = mapped_column(Float(53))
    """That the customer turns out bad (违约概率)."""
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    """What cost most: key, place of the bin, points, cost."""
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    scored_at: Mapped[datetime]


class Agency(Base):
    """A rating agency (评级机构) and what its grades mean on the common scale of 1 to 10."""

    __tablename__ = "scoring_risk_agencies"
    __table_args__ = (CheckConstraint("valid_days > 0", name="valid_days"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    grades: Mapped[list[Any]] = mapped_column(JSONB)
    """Best first: ``{"grade": "AAA", "level": 1, "pd": 0.0003}``."""
    valid_days: Mapped[int] = mapped_column(Integer)
    """For how long a rating counts where none says so itself."""
    archived: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class Rating(Base):
    """A grade that an agency gave a customer (外部评级). Never changed, but it may be withdrawn."""

    __tablename__ = "scoring_risk_ratings"
    __table_args__ = (
        CheckConstraint("valid_until >= rated_on", name="valid_until"),
        Index(
            "uq_scoring_risk_ratings_day",
            "customer_id",
            "agency",
            "rated_on",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_scoring_risk_ratings_import_id",
            "import_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    agency: Mapped[str] = mapped_column(ForeignKey(Agency.key))
    grade: Mapped[str]
    rated_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    """The last day on which it counts."""
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    import_id: Mapped[UUID | None]
    """The import that brought it, by which it can be taken back."""


class AppetiteAnswers(Base):
    """What a customer answered to the questionnaire of risk appetite (风险偏好); latest counts."""

    __tablename__ = "scoring_risk_answers"
    __table_args__ = (Index("ix_scoring_risk_answers_customer_id", "customer_id", "answered_on"),)

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    edition: Mapped[int] = mapped_column(Integer)
    """Of the questionnaire."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    points: Mapped[int] = mapped_column(Integer)
    appetite: Mapped[str]
    answered_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class Mitigation(Base):
    """Something that lowers a risk (风险缓释): what share of it, from when until when."""

    __tablename__ = "scoring_risk_mitigations"
    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 1", name="share"),
        CheckConstraint("valid_until >= valid_from", name="valid_until"),
        CheckConstraint(
            "kind IN ('collateral', 'guarantee', 'insurance', 'terms', 'other')", name="kind"
        ),
        Index("ix_scoring_risk_mitigations_customer_id", "customer_id"),
    )

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    kind: Mapped[str]
    share: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    note: Mapped[str]
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class RiskStanding(Base):
    """Where a customer stands now, derived from all the above: what attributes read."""

    __tablename__ = "scoring_risk_standings"
    __table_args__ = (
        CheckConstraint("coefficient BETWEEN 0 AND 1", name="coefficient"),
        CheckConstraint("coefficient <= inherent", name="inherent"),
        CheckConstraint("risk_class IN ('low', 'medium', 'high', 'unknown')", name="risk_class"),
        Index(
            "ix_scoring_risk_standings_due_on",
            "due_on",
            postgresql_where=text("due_on IS NOT NULL"),
        ),
        Index("ix_scoring_risk_standings_coefficient", "coefficient", "customer_id"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    coefficient: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    """From 0 to 1, after mitigation (风险系数)."""
    inherent: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    """Before mitigation."""
    risk_class: Mapped[str]
    factors: Mapped[list[Any]] = mapped_column(JSONB)
    mitigations: Mapped[list[Any]] = mapped_column(JSONB)
    points: Mapped[float | None] = mapped_column(Float(53))
    appetite: Mapped[str | None]
    grade: Mapped[str | None]
    level: Mapped[int | None] = mapped_column(Integer)
    due_on: Mapped[date | None] = mapped_column(Date)
    """The first day on which it is to be worked out anew, since something runs out."""
    computed_at: Mapped[datetime]


class RiskChange(Base):
    """How a coefficient came to change: kept as it was at the time."""

    __tablename__ = "scoring_risk_changes"
    __table_args__ = (Index("ix_scoring_risk_changes_customer_id", "customer_id", "at"),)

    id: Mapped[PrimaryId]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    at: Mapped[datetime]
    coefficient: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    inherent: Mapped[Decimal | None] = mapped_column(Numeric(7, 6))
    risk_class: Mapped[str]
    factors: Mapped[list[Any]] = mapped_column(JSONB)
    mitigations: Mapped[list[Any]] = mapped_column(JSONB)
