"""What lapsing costs, who stays silent, and the rhythm in which each customer comes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_scoring.models.base import Base


class LapsePolicy(Base):
    """What contacting costs and what it saves (挽留成本), one row at most; money in ``currency``.

    Without a row nobody has said it yet, and ``churn.policy.USUAL`` is assumed.
    """

    __tablename__ = "scoring_lapse_policy"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("contact_cost >= 0 AND wasted_cost >= 0", name="costs"),
        CheckConstraint("save_rate > 0 AND save_rate <= 1", name="save_rate"),
        CheckConstraint("medium_share > 0 AND medium_share <= 1", name="medium_share"),
        CheckConstraint("value_from IN ('clv', 'kept', 'fixed')", name="value_from"),
        CheckConstraint("risk_from IN ('lifetime', 'silence')", name="risk_from"),
        CheckConstraint("fixed_value >= 0", name="fixed_value"),
        CheckConstraint("value_from <> 'fixed' OR fixed_value IS NOT NULL", name="fixed"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    contact_cost: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    """Of contacting one customer."""
    wasted_cost: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    """What one who would have stayed anyway costs beside that, such as a discount for nothing."""
    save_rate: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    """The share of those who would lapse whom a contact keeps (挽留成功率)."""
    value_from: Mapped[str]
    """What is at stake: ``clv`` the expected value, which counts who may be gone already by the
    probability that they are not; ``kept`` the same for who stays for sure, ``clv / p_alive``;
    ``fixed`` one amount for everybody."""
    fixed_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """With the others: for customers without one; None: theirs is unknown."""
    risk_from: Mapped[str]
    """Whose probability goes first: that of the model of lifetime value, or of silence. Where the
    one knows nothing of a customer, the other is asked."""
    medium_share: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    """From this part of the threshold on the risk is ``medium``."""
    currency: Mapped[str]
    as_of: Mapped[datetime | None]
    """Rhythms are judged as of then; None: now."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Grows with each change; the ETag."""


class LapseThreshold(Base):
    """From which probability on contacting pays for a customer of mean value; one row at most."""

    __tablename__ = "scoring_lapse_threshold"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("medium <= high", name="order"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    high: Mapped[float] = mapped_column(Float(53))
    """Above 1 where contacting never pays."""
    medium: Mapped[float] = mapped_column(Float(53))
    mean_value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    customers: Mapped[int]
    """Over how many customers the mean is."""
    computed_at: Mapped[datetime]


class SilenceScore(Base):
    """How probably a customer stays silent (沉默概率) for the next ``days``.

    The other columns are what the model looked at, in its periods; the reasons stand on them.
    """

    __tablename__ = "scoring_silence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["model_id", "model_version"],
            ["scoring_model_versions.model_id", "scoring_model_versions.number"],
            ondelete="CASCADE",
            name="fk_scoring_silence_version",
        ),
        CheckConstraint("p BETWEEN 0 AND 1", name="p"),
        Index("ix_scoring_silence_version", "model_id", "model_version"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    model_id: Mapped[UUID]
    model_version: Mapped[int] = mapped_column(Integer)
    as_of: Mapped[datetime]
    p: Mapped[float] = mapped_column(Float(53))
    days: Mapped[int] = mapped_column(Integer)
    silent: Mapped[int] = mapped_column(Integer)
    """Whole periods without a sign of life up to ``as_of``."""
    active: Mapped[int] = mapped_column(Integer)
    """Periods with a sign of life."""
    tenure: Mapped[int] = mapped_column(Integer)
    """Periods since the first one."""
    lately: Mapped[float] = mapped_column(Float(53))
    """Active periods, each worth half as much for every twelve that have passed since."""
    bought: Mapped[bool]
    """Whether there was a purchase in the last active period."""
    last_on: Mapped[date] = mapped_column(Date)


class Rhythm(Base):
    """The gaps between the days on which a customer came (消费节奏), the same day being one.

    A break (节奏中断) begins on ``warn_on`` and is over when the customer comes again.
    """

    __tablename__ = "scoring_rhythms"
    __table_args__ = (
        Index("ix_scoring_rhythms_due", "warn_on", postgresql_where=text("warned_at IS NULL")),
        Index(
            "ix_scoring_rhythms_broken",
            text("warn_on DESC"),
            "customer_id",
            postgresql_where=text("warned_at IS NOT NULL"),
        ),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    gaps: Mapped[int] = mapped_column(Integer)
    gap_days: Mapped[int] = mapped_column(Integer)
    """The sum of the gaps."""
    log_micros: Mapped[int]
    """The sum of their natural logarithms, each in whole millionths: exact in any order."""
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    """By then half of such gaps are over; None: too few gaps, or nothing to compare with."""
    warn_on: Mapped[date | None] = mapped_column(Date)
    """The first day on which the gap is longer than nearly all of the customer's own."""
    warned_at: Mapped[datetime | None]
    """When the break was noticed; None while there is none."""
    warned_for: Mapped[date | None] = mapped_column(Date)
    """``last_on`` as it was then: the break is over when a later day comes."""


class RhythmPopulation(Base):
    """The rhythms of all customers, to which each one's own is shrunk; one row at most."""

    __tablename__ = "scoring_rhythm_population"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    shape: Mapped[float | None] = mapped_column(Float(53))
    """Of each one's gaps; 1: at random, large: regular. None: there is ``problem``."""
    prior_shape: Mapped[float | None] = mapped_column(Float(53))
    prior_rate: Mapped[float | None] = mapped_column(Float(53))
    """In days."""
    due_factors: Mapped[list[float]] = mapped_column(ARRAY(Float(53)))
    warn_factors: Mapped[list[float]] = mapped_column(ARRAY(Float(53)))
    """By number of gaps, from none: times ``prior_rate`` and the sum of gaps it is the quantile."""
    min_gaps: Mapped[int] = mapped_column(Integer)
    quantile: Mapped[float] = mapped_column(Float(53))
    signs: Mapped[str]
    """``contacts`` or ``purchases``: what counts as coming."""
    customers: Mapped[int]
    gaps: Mapped[int]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fitted_at: Mapped[datetime]
    refreshed_until: Mapped[datetime]
    """What took place before is counted."""
