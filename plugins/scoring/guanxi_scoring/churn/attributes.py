"""``scoring.churn_risk`` and its class and source; the expected day, and whether it has passed."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import SQLColumnExpression, case

from guanxi.sdk import Attribute, Customer, Text
from guanxi_scoring.churn.standing import class_of, risks
from guanxi_scoring.models import Rhythm

_RISKS: Final = risks()
_RISKS_ON: Final = _RISKS.c.customer_id == Customer.id
_RHYTHM: Final = Rhythm.__table__.alias("rhythm")
_RHYTHM_ON: Final = _RHYTHM.c.customer_id == Customer.id
_PERMISSION: Final = "scoring.view"

CLASSES: Final = (
    ("high", Text("High: contacting pays", "高：值得联系")),
    ("medium", Text("Medium: coming near", "中：接近阈值")),
    ("low", Text("Low: leave alone", "低：无需打扰")),
)
SOURCES: Final = (
    ("lifetime", Text("Lifetime model", "终身价值模型")),
    ("silence", Text("Silence model", "沉默模型")),
)


def churn_attributes() -> Iterable[Attribute]:
    """Return the risk of lapsing, and the rhythm."""
    yield from _risk()
    yield from _rhythm()


def _risk() -> Iterable[Attribute]:
    r = _RISKS.c
    yield Attribute(
        "scoring.churn_risk", Text("Risk of lapsing", "流失风险"), "number", _constant(r.p),
        join=_RISKS, on=_RISKS_ON, permission=_PERMISSION,
        description=Text(
            "Probability from 0 to 1 that the customer is gone or stays silent; empty: unknown",
            "客户已流失或将保持沉默的概率（0 至 1）；空表示未知",
        ),
    )  # fmt: skip
    yield Attribute(
        "scoring.churn_source", Text("Risk of lapsing: from", "流失风险来源"), "choice",
        _constant(r.source), join=_RISKS, on=_RISKS_ON, choices=SOURCES, permission=_PERMISSION,
        description=Text("The model that the risk comes from", "给出该风险的模型"),
    )  # fmt: skip
    yield Attribute(
        "scoring.churn_class", Text("Class of lapse", "流失等级"), "choice",
        lambda: class_of(r.p), join=_RISKS, on=_RISKS_ON, choices=CLASSES, permission=_PERMISSION,
        description=Text(
            "By the threshold from which contacting a customer of mean value pays",
            "以平均价值客户值得联系的阈值划分",
        ),
    )  # fmt: skip


def _rhythm() -> Iterable[Attribute]:
    yield Attribute(
        "scoring.rhythm_due_on", Text("Expected by rhythm", "按节奏预计到访日"), "date",
        _constant(_RHYTHM.c.due_on), join=_RHYTHM, on=_RHYTHM_ON, permission=_PERMISSION,
        description=Text("The day by which the customer would usually have come",
                         "客户按自身节奏通常会到访的日期"),
    )  # fmt: skip
    yield Attribute(
        "scoring.rhythm_broken_on", Text("Rhythm broken since", "节奏中断始于"), "date",
        _constant(_broken_on()), join=_RHYTHM, on=_RHYTHM_ON, permission=_PERMISSION,
        description=Text("Away for longer than nearly all of their own gaps; empty: no break",
                         "离开时间长于自身几乎所有间隔；空表示没有中断"),
    )  # fmt: skip


def _broken_on() -> SQLColumnExpression[Any]:
    return case((_RHYTHM.c.warned_at.is_not(None), _RHYTHM.c.warn_on))


def _constant(column: SQLColumnExpression[Any]) -> Callable[[], SQLColumnExpression[Any]]:
    def sql() -> SQLColumnExpression[Any]:
        return column

    return sql
