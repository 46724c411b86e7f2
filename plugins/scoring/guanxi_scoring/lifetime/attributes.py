"""``scoring.p_alive``, ``.expected_purchases_90d`` and ``.clv_12m``; empty: unknown."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import SQLColumnExpression, case
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_scoring.company import company
from guanxi_scoring.models import LifetimeScore

_SCORE: Final = LifetimeScore.__table__.alias("lifetime")
_ON: Final = _SCORE.c.customer_id == Customer.id
_PERMISSION: Final = "scoring.view"


def chance_attributes() -> Iterable[Attribute]:
    """Return probability and number of purchases."""
    yield Attribute(
        "scoring.p_alive", Text("Still active", "仍活跃的概率"), "number",
        _constant(_SCORE.c.p_alive), join=_SCORE, on=_ON, permission=_PERMISSION,
        description=Text(
            "Probability from 0 to 1 that the customer still buys; empty: has never bought",
            "客户仍会购买的概率（0 至 1）；空表示从未购买",
        ),
    )  # fmt: skip
    yield Attribute(
        "scoring.expected_purchases_90d",
        Text("Purchases expected in 90 days", "未来 90 天预期购买次数"), "number",
        _constant(_SCORE.c.expected_purchases_90d), join=_SCORE, on=_ON, permission=_PERMISSION,
        description=Text("Days with a purchase; empty: has never bought",
                         "有购买的天数；空表示从未购买"),
    )  # fmt: skip


def money_attributes(session: Session) -> Iterable[Attribute]:
    """Return the value in money, in the company's currency of now; of another it is unknown."""
    currency = company(session).currency
    value = case((_SCORE.c.currency == currency, _SCORE.c.clv_12m))
    yield Attribute(
        "scoring.clv_12m", Text("Lifetime value, 12 months", "客户终身价值（12 个月）"), "money",
        _constant(value), join=_SCORE, on=_ON, permission=_PERMISSION, unit=currency,
        description=Text(
            "Expected revenue of the next twelve months, discounted; empty: unknown",
            "未来 12 个月的预期收入（折现）；空表示未知",
        ),
    )  # fmt: skip


def _constant(column: SQLColumnExpression[Any]) -> Callable[[], SQLColumnExpression[Any]]:
    def sql() -> SQLColumnExpression[Any]:
        return column

    return sql
