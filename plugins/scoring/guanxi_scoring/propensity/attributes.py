"""The attribute of each goal, ``scoring.propensity_GOAL``: how probable it is, from 0 to 1."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_scoring.models import Model
from guanxi_scoring.models.propensity import Propensity
from guanxi_scoring.propensity.goals import KIND


def propensity_attributes(session: Session) -> Iterable[Attribute]:
    """Return one attribute per goal that is in use."""
    query = select(Model.id, Model.key, Model.title_en, Model.title_zh)
    for row in session.execute(
        query.where(Model.kind == KIND, Model.state == "active").order_by(Model.key)
    ):
        scores = Propensity.__table__.alias(row.key)
        yield Attribute(
            f"scoring.{row.key}",
            Text(row.title_en, row.title_zh),
            "number",
            _constant(scores.c.p),
            join=scores,
            on=and_(scores.c.customer_id == Customer.id, scores.c.model_id == row.id),
            permission="scoring.view",
            description=Text(
                "A probability from 0 to 1; empty: it cannot be said",
                "0 到 1 的概率；空表示无法判断",
            ),
        )


def _constant(column: ColumnElement[Any]) -> Callable[[], ColumnElement[Any]]:
    return lambda: column
