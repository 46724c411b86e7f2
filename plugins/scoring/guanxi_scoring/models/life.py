"""Models and their versions: what they learnt from, how good they are, which is in force."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import PrimaryId
from guanxi_scoring.models.base import Base


class Model(Base):
    """Something predicted of customers (预测模型): a question, its options, its versions."""

    __tablename__ = "scoring_models"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'archived')", name="state"),
        CheckConstraint("refit_days > 0", name="refit_days"),
    )

    id: Mapped[PrimaryId]
    key: Mapped[str] = mapped_column(unique=True)
    """What programs call it, such as ``lifetime`` or ``propensity_repurchase``; never changes."""
    kind: Mapped[str]
    """One of ``life.kinds``."""
    title_en: Mapped[str]
    title_zh: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    state: Mapped[str] = mapped_column(server_default="active")
    refit_days: Mapped[int | None] = mapped_column(Integer)
    """It is fitted anew after so many days; None: only when somebody asks."""
    alarm: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why its scores should not be trusted now (message and values), such as drift."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Grows with each change; the ETag."""


class Version(Base):
    """One fit of a model (模型版本). It is never changed but for its state; scores refer to it.

    ``current`` is in force, one at most; ``superseded`` was; ``kept_back`` was worse than the one
    in force; ``failed`` could not be fitted, ``problem`` says why.
    """

    __tablename__ = "scoring_model_versions"
    __table_args__ = (
        CheckConstraint("state IN ('current', 'superseded', 'kept_back', 'failed')", name="state"),
        Index(
            "uq_scoring_model_versions_current",
            "model_id",
            unique=True,
            postgresql_where=text("state = 'current'"),
        ),
    )

    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str]
    cause: Mapped[str]
    """``first``, ``schedule``, ``asked``, ``drift``."""
    engine: Mapped[str]
    """``postgres``, ``duckdb`` or ``spark``: where its features were computed."""
    seed: Mapped[int]
    as_of: Mapped[datetime]
    """It knows nothing that happened at or after this instant."""
    window_from: Mapped[date | None] = mapped_column(Date)
    window_until: Mapped[date | None] = mapped_column(Date)
    """Days of the company's zone from which its data came, ``[from, until)``."""
    sample: Mapped[int]
    """How many customers or cases it learnt from."""
    fingerprint: Mapped[str]
    """SHA-256 of what it learnt from, in a fixed order: the same data give the same one."""
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    standard_errors: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fit: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """How the fit went: ``log_likelihood``, ``converged``, ``message``, and what else there is."""
    metrics: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Measured on data that it did not learn from."""
    pictures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Name to ``{"columns": [...], "rows": [[...], ...]}``, see ``life.contract.Picture``."""
    warnings: Mapped[list[Any]] = mapped_column(JSONB)
    """Sentences (message and values) that everybody who uses it should read."""
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    trained_at: Mapped[datetime]
    took_ms: Mapped[int]
    asked_by: Mapped[str]
    enabled_at: Mapped[datetime | None]
    enabled_by: Mapped[str | None]
