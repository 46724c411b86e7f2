"""What segmentation tells of each customer: RFM scores, values, and what they are made of.

Classes of schemes depend on what an admin made; they are in ``schemes.attributes``. Who has no
row yet has done nothing: money is nought, scores and the future are unknown.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, func
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_segmentation.company import company
from guanxi_segmentation.models import CustomerValue, RfmScore
from guanxi_segmentation.rfm.classes import EIGHT, ELEVEN

_RFM: Final = RfmScore.__table__.alias("rfm")
_RFM_ON: Final = _RFM.c.customer_id == Customer.id
_WORTH: Final = CustomerValue.__table__.alias("worth")
_WORTH_ON: Final = _WORTH.c.customer_id == Customer.id

PERMISSION: Final = "segmentation.view"


def score_attributes() -> Iterable[Attribute]:
    """Return scores and classes of RFM, and the three sub-scores of value."""
    yield from _scores()
    yield from _classes()
    yield from _sub_scores()


def money_attributes(session: Session) -> Iterable[Attribute]:
    """Return the values in money, in the company's currency of now."""
    return _money(company(session).currency)


def _scores() -> Iterable[Attribute]:
    for letter, title in (
        ("r", Text("RFM: recency", "RFM：最近消费得分")),
        ("f", Text("RFM: frequency", "RFM：消费频率得分")),
        ("m", Text("RFM: money", "RFM：消费金额得分")),
    ):
        yield Attribute(
            f"segmentation.rfm_{letter}", title, "number", _constant(_RFM.c[letter]),
            join=_RFM, on=_RFM_ON, permission=PERMISSION,
            description=Text("1 (worst) to 5 (best)", "1（最低）至 5（最高）"),
        )  # fmt: skip


def _classes() -> Iterable[Attribute]:
    columns: tuple[tuple[str, Text, Any, Mapping[str, Text]], ...] = (
        ("rfm_class", Text("RFM segment", "RFM 细分"), _RFM.c.segment, ELEVEN),
        ("rfm_class_zh8", Text("RFM, eight classes", "RFM 八类客户"), _RFM.c.eight, EIGHT),
    )
    for name, title, column, choices in columns:
        yield Attribute(
            f"segmentation.{name}", title, "choice", _constant(column),
            join=_RFM, on=_RFM_ON, choices=tuple(choices.items()), permission=PERMISSION,
        )  # fmt: skip


def _money(currency: str) -> Iterable[Attribute]:
    w = _WORTH.c
    observed = func.coalesce(w.observed, 0)
    columns: tuple[tuple[str, Text, Text, ColumnElement[Any]], ...] = (
        (
            "observed_value", Text("Observed value", "已实现价值"),
            Text("Purchases less returns so far", "迄今的购买减去退货"), observed,
        ),
        (
            "total_value", Text("Total value", "客户总价值"),
            Text("Observed value and expected future value; empty: the future is unknown",
                 "已实现价值加预期未来价值；空表示未来价值未知"),
            observed + w.expected,
        ),
        (
            "net_value", Text("Net value", "净价值"),
            Text("Margin less cost to serve and incentives", "毛利减去服务成本和激励成本"),
            func.coalesce(w.net, 0),
        ),
        (
            "recent_value", Text("Revenue of 12 months", "近 12 个月消费"),
            Text("Purchases less returns of the last 365 days", "近 365 天的购买减去退货"),
            func.coalesce(w.recent, 0),
        ),
        (
            "potential_value", Text("Potential", "潜在价值"),
            Text("Expected future value; where it is unknown, the revenue of 12 months",
                 "预期未来价值；未知时取近 12 个月消费"),
            func.coalesce(w.expected, w.recent, 0),
        ),
    )  # fmt: skip
    for name, title, description, column in columns:
        yield Attribute(
            f"segmentation.{name}", title, "money", _constant(column), join=_WORTH, on=_WORTH_ON,
            permission=PERMISSION, description=description, nullable=name == "total_value",
            unit=currency,
        )  # fmt: skip


def _sub_scores() -> Iterable[Attribute]:
    for name, title in (
        ("product", Text("Product value", "产品价值")),
        ("service", Text("Service value", "服务价值")),
        ("emotional", Text("Emotional value", "情感价值")),
        ("index", Text("Value index", "价值指数")),
    ):
        key = "value_index" if name == "index" else f"{name}_value"
        yield Attribute(
            f"segmentation.{key}", title, "number", _constant(_WORTH.c[name]),
            join=_WORTH, on=_WORTH_ON, permission=PERMISSION,
            description=Text("0 to 100; empty: unknown", "0 至 100；空表示未知"),
        )  # fmt: skip


def _constant(column: ColumnElement[Any]) -> Any:
    def sql() -> SQLColumnExpression[Any]:
        return column

    return sql
