"""Propensity: past cases of each goal, how often each trait went with success, and the scores."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_scoring.models.base import Base
from guanxi_scoring.models.life import Model

COMPANY: Final = UUID(int=0)
"""Stands for the whole company where a team's id may stand."""


class Case(Base):
    """One chance that there was: a customer, from an instant on, who did or did not do it (案例).

    It has an identity of its own, so that what is told twice counts once. ``facts`` are what the
    customer had done before ``at``, ``traits`` what was known about them then; a name that is not
    there was not known, one with null was empty.
    """

    __tablename__ = "scoring_propensity_cases"
    __table_args__ = (Index("ix_scoring_propensity_cases_customer_id", "customer_id"),)

    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    due: Mapped[datetime]
    """Who has not done it by then has not done it."""
    team_id: Mapped[UUID]
    """The team of who looked after the customer when the case was first seen, or ``COMPANY``."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    traits: Mapped[dict[str, Any]] = mapped_column(JSONB)
    won: Mapped[bool | None]
    """None while it is open."""
    closed_at: Mapped[datetime | None]


class Count(Base):
    """How many closed cases with a value were won and lost: the frequency table (频数表).

    Under the bins of the version in force. ``feature`` is empty for the totals.
    """

    __tablename__ = "scoring_propensity_counts"

    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    feature: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    won: Mapped[int]
    lost: Mapped[int]


class Propensity(Base):
    """How probable it is that a customer does it (倾向得分), with the strongest reasons."""

    __tablename__ = "scoring_propensities"
    __table_args__ = (Index("ix_scoring_propensities_best", "model_id", text("p DESC")),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(
        ForeignKey(Model.id, ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer)
    p: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    """``feature``, ``message``, ``values``, ``weight`` (log-odds), the strongest first."""
    scored_at: Mapped[datetime]
    """The score knows nothing that happened at or after this instant."""
