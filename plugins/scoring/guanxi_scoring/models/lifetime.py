"""The scores of the lifetime model, a row per customer who has bought."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Integer, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_scoring.models.base import Base


class LifetimeScore(Base):
    """What is expected of one customer; who has never bought has no row: unknown, not nought."""

    __tablename__ = "scoring_lifetime"
    __table_args__ = (
        CheckConstraint("p_alive BETWEEN 0 AND 1", name="p_alive"),
        CheckConstraint("expected_purchases_90d >= 0", name="expected_purchases_90d"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    model_version: Mapped[int] = mapped_column(Integer)
    """The number of the version of the model ``lifetime`` that it came from."""
    as_of: Mapped[datetime]
    """Nothing that happened at or after this instant counts."""
    x: Mapped[int]
    """Days with a purchase, beside the first (重复购买次数)."""
    t_x: Mapped[int]
    """Days from the first such day to the last."""
    t: Mapped[int]
    """Days from the first such day to ``as_of``."""
    mean_spend: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Of a repeat day in the company's currency; None where there was none."""
    p_alive: Mapped[float] = mapped_column(Float(53))
    expected_purchases_90d: Mapped[float] = mapped_column(Float(53))
    expected_spend: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Of one future purchase; None where the version has no model of spend."""
    clv_12m: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Of purchases within twelve months from ``as_of``, discounted (客户终身价值)."""
    currency: Mapped[str]
    scored_at: Mapped[datetime]
