"""What is asked of models, and when each was last scored; on which side of thresholds who is."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, false
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_scoring.models.base import Base
from guanxi_scoring.models.life import Model


class FitOrder(Base):
    """A fit that waits for the worker, one per model at most."""

    __tablename__ = "scoring_fit_orders"
    __table_args__ = (CheckConstraint("engine IN ('postgres', 'duckdb', 'spark')", name="engine"),)

    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    cause: Mapped[str]
    """As in :class:`~guanxi_scoring.models.Version`."""
    engine: Mapped[str]
    location: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]


class ScoreRound(Base):
    """The last time that everybody was scored with a model."""

    __tablename__ = "scoring_rounds"

    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer)
    """The version with which."""
    as_of: Mapped[datetime]
    """The scores know nothing that happened at or after this instant."""
    day: Mapped[date] = mapped_column(Date)
    """The company's day on which it was done."""
    customers: Mapped[int]
    scored_at: Mapped[datetime]
    took_ms: Mapped[int]
    asked: Mapped[bool]
    """Somebody wants it done again."""


class ThresholdSide(Base):
    """Whether a condition of the settings is met by a customer (阈值), since when."""

    __tablename__ = "scoring_threshold_sides"

    threshold: Mapped[str] = mapped_column(primary_key=True)
    """The line of the settings, such as ``scoring.p_alive < 0.5``."""
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True, index=True)
    is_met: Mapped[bool]
    since: Mapped[datetime]
    is_crossed: Mapped[bool] = mapped_column(server_default=false())
    """The customer was on the other side before; False since the first look."""
