"""Purchase histories summed up, a row per customer, kept up to date with each purchase."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_scoring.models.base import Base


class PurchaseSummary(Base):
    """The sufficient statistics of one customer's purchases (充分统计量); see ``features.summary``.

    Days are of the zone, money of the currency in :class:`SummaryBasis`.
    """

    __tablename__ = "scoring_summaries"
    __table_args__ = (
        CheckConstraint("(days = 0) = (first_on IS NULL)", name="first_on"),
        Index(
            "ix_scoring_summaries_ahead_at",
            "ahead_at",
            postgresql_where=text("ahead_at IS NOT NULL"),
        ),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    days: Mapped[int] = mapped_column(Integer)
    """With a purchase, the first one too."""
    first_on: Mapped[date | None] = mapped_column(Date)
    last_on: Mapped[date | None] = mapped_column(Date)
    paid_days: Mapped[int] = mapped_column(Integer)
    """Repeat days on which something was paid, ``paid`` in all."""
    paid: Mapped[Decimal] = mapped_column(Numeric)
    bought: Mapped[Decimal] = mapped_column(Numeric)
    """Of all days; ``returned`` is what went back of it, at least 0."""
    returned: Mapped[Decimal] = mapped_column(Numeric)
    ahead_at: Mapped[datetime | None]
    """When the first trade takes place that is recorded ahead of time, by a clock that is fast."""


class SummaryBasis(Base):
    """On what all summaries stand; the one row is there once they are complete."""

    __tablename__ = "scoring_summary_basis"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    zone: Mapped[str]
    currency: Mapped[str]
    rebuilt_at: Mapped[datetime]
