"""What risk tells the catalogue of each customer; only who may see ratings sees it."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

from guanxi.sdk import Attribute, Customer, Text
from guanxi_scoring.models import RiskStanding
from guanxi_scoring.risk.appetite_classes import CLASSES as APPETITES

PERMISSION: Final = "scoring.risk"
CLASS_TITLES: Final = MappingProxyType(
    {
        "low": Text("Low", "低"),
        "medium": Text("Medium", "中"),
        "high": Text("High", "高"),
        "unknown": Text("Unknown", "未知"),
    }
)
_ROW: Final = RiskStanding.__table__.alias("risk_standing")
_ON: Final = _ROW.c.customer_id == Customer.id


def risk_attributes() -> Iterable[Attribute]:
    """Return points, coefficient, class, appetite and rating."""
    numbers = (
        (
            "risk_score", Text("Scorecard points", "信用评分"), _ROW.c.points,
            Text("More is better; empty: no score", "越高越好；空表示没有评分"),
        ),
        (
            "risk_coefficient", Text("Risk coefficient", "风险系数"), _ROW.c.coefficient,
            Text("From 0 to 1, after mitigation; empty: unknown", "0 至 1，已计缓释；空表示未知"),
        ),
        (
            "rating_level", Text("Rating, level", "评级等级"), _ROW.c.level,
            Text("1 (best) to 10 on the common scale", "统一等级，1（最优）至 10"),
        ),
    )  # fmt: skip
    for name, title, column, description in numbers:
        yield Attribute(
            f"scoring.{name}", title, "number", _constant(column), join=_ROW, on=_ON,
            permission=PERMISSION, description=description,
        )  # fmt: skip
    choices = (
        ("risk_class", Text("Risk class", "风险等级"), _ROW.c.risk_class, CLASS_TITLES),
        ("risk_appetite", Text("Risk appetite", "风险偏好"), _ROW.c.appetite, APPETITES),
    )
    for name, title, column, titles in choices:
        yield Attribute(
            f"scoring.{name}", title, "choice", _constant(column), join=_ROW, on=_ON,
            permission=PERMISSION, choices=tuple(titles.items()),
        )  # fmt: skip
    yield Attribute(
        "scoring.rating", Text("Rating", "评级"), "text", _constant(_ROW.c.grade), join=_ROW,
        on=_ON, permission=PERMISSION,
        description=Text("The grade that counts now", "当前有效的外部评级"),
    )  # fmt: skip


def _constant(column: Any) -> Any:
    return lambda: column
