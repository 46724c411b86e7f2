"""What each customer is worth, with the parts that it is made of."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import Customer
from guanxi_segmentation.models.base import Base

EXACT = Numeric(28, 8)
"""Products of two amounts with four decimals; nothing is rounded, so that parts sum exactly."""


class CustomerValue(Base):
    """The parts of both values of one customer, in the company's currency.

    Total value (客户价值) is ``observed`` + ``expected``, unknown where that is; net value
    (收益与付出之间的平衡) is ``margin`` - ``cost`` - ``incentives``. Who has no row has done
    nothing yet: all zero, ``expected`` and the three sub-scores unknown.
    """

    __tablename__ = "segmentation_values"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    currency: Mapped[str]
    orders: Mapped[int] = mapped_column(Integer)
    purchased: Mapped[Decimal]
    returned: Mapped[Decimal]
    """Zero or less."""
    observed: Mapped[Decimal]
    """``purchased`` + ``returned``: the revenue so far."""
    recent: Mapped[Decimal]
    """Revenue of the last 365 days."""
    expected: Mapped[Decimal | None]
    """Future value, from the attribute chosen in the settings; None: unknown."""
    margin: Mapped[Decimal] = mapped_column(EXACT)
    """``observed`` times the margin of the settings."""
    cost: Mapped[Decimal] = mapped_column(EXACT)
    """Cost to serve (服务成本): every contact at the cost of its channel and kind."""
    incentives: Mapped[Decimal] = mapped_column(EXACT)
    """Rewards granted, at their cost to the company (激励成本)."""
    net: Mapped[Decimal] = mapped_column(EXACT)
    product: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Product value (产品价值), 0 to 100; None: unknown."""
    service: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Service value (服务价值), 0 to 100; None: unknown."""
    emotional: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Emotional value (情感价值), 0 to 100; None: unknown."""
    index: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """The weighted mean of those three that are known."""
