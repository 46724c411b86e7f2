"""The attribute ``scoring.potential``."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import SQLColumnExpression, case
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_scoring.company import company
from guanxi_scoring.models import Potential

_TABLE: Final = Potential.__table__.alias("scoring_gap")


def potential_attributes(session: Session) -> Iterable[Attribute]:
    """Return the potential in the company's currency of now; of another it is unknown."""
    currency = company(session).currency

    def sql() -> SQLColumnExpression[Any]:
        return case((_TABLE.c.currency == currency, _TABLE.c.gap))

    yield Attribute(
        "scoring.potential", Text("Potential", "潜在价值"), "money", sql,
        join=_TABLE, on=_TABLE.c.customer_id == Customer.id, permission="scoring.view",
        unit=currency,
        description=Text(
            "Expected of the next twelve months, less what the last brought; empty: unknown",
            "未来 12 个月预期价值减去过去 12 个月的贡献；空表示未知",
        ),
    )  # fmt: skip
