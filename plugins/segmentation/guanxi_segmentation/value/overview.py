"""Both values of everybody in sight, with their parts, and of how many each part is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_segmentation.company import company
from guanxi_segmentation.models import CustomerValue

SCORES: Final = ("product", "service", "emotional", "index")


@dataclass(frozen=True, slots=True)
class Known:
    """The mean of a score from 0 to 100 over those of whom it is known; None of nobody."""

    mean: Decimal | None
    customers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Sums in the company's currency.

    Total value is observed + expected value, so it is known of those ``expected_of`` customers
    whose expected value is: ``total`` and ``expected`` are sums over them, None where there are
    none. Net value is ``margin`` - ``cost`` - ``incentives``.
    """

    currency: str
    customers: int
    buyers: int
    orders: int
    purchased: Decimal
    returned: Decimal
    observed: Decimal
    expected: Decimal | None
    expected_of: int
    total: Decimal | None
    margin: Decimal
    cost: Decimal
    incentives: Decimal
    net: Decimal
    scores: Mapping[str, Known]


_V = CustomerValue
_MONEY: Final = (
    "purchased", "returned", "observed", "expected", "margin", "cost", "incentives", "net",
)  # fmt: skip


def overview(session: Session) -> Overview:
    """Return the sums over all customers in sight of whoever asks."""
    columns: tuple[Any, ...] = (
        func.count().label("customers"),
        func.count().filter(_V.orders > 0).label("buyers"),
        func.coalesce(func.sum(_V.orders), 0).label("orders"),
        func.count(_V.expected).label("expected_of"),
        func.sum(_V.observed + _V.expected).label("total"),
        *(func.sum(getattr(_V, name)).label(name) for name in _MONEY),
        *(func.avg(getattr(_V, name)).label(f"{name}_mean") for name in SCORES),
        *(func.count(getattr(_V, name)).label(f"{name}_known") for name in SCORES),
    )
    query = select(*columns).where(customers.in_sight(session, _V.customer_id))
    row = session.execute(query).mappings().one()
    money: dict[str, Any] = {name: row[name] or Decimal(0) for name in _MONEY if name != "expected"}
    known = {name: Known(row[f"{name}_mean"], row[f"{name}_known"]) for name in SCORES}
    counts: dict[str, Any] = {
        name: int(row[name]) for name in ("customers", "buyers", "orders", "expected_of")
    }
    return Overview(
        company(session).currency,
        **counts,
        **money,
        expected=row["expected"],
        total=row["total"],
        scores=known,
    )
