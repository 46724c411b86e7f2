"""RFM: break points as they were cut, and the scores of each customer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Numeric, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_segmentation.models.base import Base


class RfmCut(Base):
    """Break points (切分点), frozen until the next cut, so that one customer can be scored alone.

    Four ascending numbers each: days since the last order, orders, money. ``eight`` says how the
    eight Chinese classes split; ``moves`` which customers changed their class by this very cut.
    """

    __tablename__ = "segmentation_rfm_cuts"
    __table_args__ = (CheckConstraint("convention IN ('quantile', 'fixed')", name="convention"),)

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    convention: Mapped[str]
    at: Mapped[datetime]
    cause: Mapped[str]
    """``first``, ``schedule``, ``asked``, ``settings``."""
    window_days: Mapped[int] = mapped_column(Integer)
    """Orders of so many days count; 0: all."""
    currency: Mapped[str]
    zone: Mapped[str]
    r_breaks: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric))
    f_breaks: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric))
    m_breaks: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric))
    eight: Mapped[dict[str, Any]]
    customers: Mapped[int]
    scored_on: Mapped[date] = mapped_column(Date)
    """The company's day on which everybody was last scored by it."""
    moves: Mapped[list[Any]]
    """``{"before": class or null, "after": class or null, "customers": n}`` of those that moved
    and those that stayed: with the scores of the cut before, and of this one, at one instant."""


class RfmScore(Base):
    """Recency, frequency, money (最近一次消费、消费频率、消费金额) of a customer, scored 1 to 5."""

    __tablename__ = "segmentation_rfm"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    last_on: Mapped[date | None] = mapped_column(Date)
    """The day of the last order in the company's zone; None without orders."""
    frequency: Mapped[int] = mapped_column(Integer)
    monetary: Mapped[Decimal]
    r: Mapped[int] = mapped_column(SmallInteger)
    f: Mapped[int] = mapped_column(SmallInteger)
    m: Mapped[int] = mapped_column(SmallInteger)
    segment: Mapped[str]
    """One of ``rfm.classes.ELEVEN``."""
    eight: Mapped[str]
    """One of ``rfm.classes.EIGHT``."""
    cut: Mapped[int] = mapped_column(Integer)
    """The version of the break points."""
