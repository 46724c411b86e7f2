"""What surveys tell of each customer: the last scores, and when they last answered."""

from functools import partial
from typing import Any, Final

from sqlalchemy import Numeric, SQLColumnExpression, case, cast, func, select
from sqlalchemy.orm import aliased

from guanxi.sdk import Attribute, Customer, Text
from guanxi_surveys.models import Answer

PERMISSION: Final = "surveys.view"
GROUPS: Final = (
    ("promoter", Text("Promoter", "推荐者")),
    ("passive", Text("Passive", "被动者")),
    ("detractor", Text("Detractor", "贬损者")),
)
"""Reichheld (2003): 9 and 10, 7 and 8, 0 to 6."""


def attributes() -> list[Attribute]:
    """Return the attributes; trials and unfinished answers count nowhere."""
    nps, ces = _last(Answer.nps.key), _last(Answer.ces.key)
    return [
        _made("nps_last", Text("Last NPS answer", "最近一次 NPS 评分"), "number", nps),
        _made("nps_group", Text("NPS group", "NPS 分组"), "choice", _group(nps), choices=GROUPS),
        _made("csat_avg", Text("Satisfaction, mean", "平均满意度"), "number", _mean()),
        _made("ces_last", Text("Last ease (CES)", "最近一次费力度"), "number", ces),
        _made(
            "last_answered_at", Text("Last survey answered", "最近作答时间"), "instant",
            _last(Answer.finished_at.key),
        ),
    ]  # fmt: skip


def _made(name: str, title: Text, kind: Any, sql: Any, **more: Any) -> Attribute:
    return Attribute(
        f"surveys.{name}", title, kind, partial(_same, sql), permission=PERMISSION, **more
    )


def _same(sql: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return sql


def _last(column: str) -> SQLColumnExpression[Any]:
    answer = aliased(Answer)
    value = getattr(answer, column)
    return (
        select(value)
        .where(*_counted(answer), value.is_not(None))
        .order_by(answer.finished_at.desc(), answer.id.desc())
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )


def _mean() -> SQLColumnExpression[Any]:
    answer = aliased(Answer)
    share = func.round(cast(func.avg(answer.csat), Numeric), 4)
    return select(share).where(*_counted(answer)).correlate(Customer).scalar_subquery()


def _group(nps: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return case((nps >= 9, "promoter"), (nps >= 7, "passive"), (nps >= 0, "detractor"))


def _counted(answer: Any) -> tuple[Any, ...]:
    return (answer.customer_id == Customer.id, answer.state == "finished", ~answer.trial)
