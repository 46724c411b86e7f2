"""The select of what customers are worth: parts, both values, and the three sub-scores.

Nothing is rounded but the scores, which have two decimals: products have eight decimals, which
is what two amounts with four can have.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    case,
    cast,
    func,
    literal,
    null,
    select,
    text,
)

from guanxi.sdk import Customer
from guanxi_segmentation.company import Company
from guanxi_segmentation.models import CustomerValue
from guanxi_segmentation.value import touched as sql
from guanxi_segmentation.value.costs import margin_rate
from guanxi_segmentation.value.sources import Sources, expected_sql, feelings_sql, joins

FULL_REPEAT: Final = 5
"""So many orders make the repeat part of the product value full."""
NAMES: Final = tuple(CustomerValue.__table__.c.keys())
_SCORE: Final = Numeric(5, 2)
_HUNDRED: Final = Decimal(100)


def valued(now: Company, found: Sources, touched: FromClause, *, few: bool = False) -> Select[Any]:
    """Return the select of all columns of the values of living customers.

    :param few: only of the customers ``:ids``.
    """
    rewarded = sql.rewarded(few=few).cte("rewarded")
    sources_ = (
        select(Customer.id.label("customer_id"), *_sums(touched), *_known(found, rewarded))
        .select_from(Customer)
        .outerjoin(touched, touched.c.customer_id == Customer.id)
        .outerjoin(rewarded, rewarded.c.customer_id == Customer.id)
        .where(Customer.merged_into.is_(None), Customer.erased_at.is_(None))
    )
    for joined, on in joins(found.attributes):
        sources_ = sources_.outerjoin(joined, on)
    if few:
        sources_ = sources_.where(text("customers.id = ANY(CAST(:ids AS uuid[]))"))
    known = sources_.subquery("known")
    scored = select(known, *_worth(now, known.c), *_scores(known.c)).subquery("scored")
    index = _weighted(now, scored.c).label("index")
    columns = {**{c.key: c for c in scored.c}, "index": index}
    columns["currency"] = literal(now.currency).label("currency")
    return select(*(columns[name] for name in NAMES))


def _sums(touched: FromClause) -> list[ColumnElement[Any]]:
    return [
        func.coalesce(c, cast(0, c.type)).label(c.key) for c in touched.c if c.key != "customer_id"
    ]


def _known(found: Sources, rewarded: FromClause) -> list[ColumnElement[Any]]:
    incentives = rewarded.c.incentives
    feelings = feelings_sql(found)
    return [
        func.coalesce(incentives, cast(0, incentives.type)).label("incentives"),
        expected_sql(found).label("expected"),
        cast(_mean(feelings), _SCORE).label("emotional"),
    ]


def _worth(now: Company, known: Any) -> list[ColumnElement[Any]]:
    observed = known.purchased + known.returned
    margin = cast(observed * literal(margin_rate(now), Numeric(8, 4)), Numeric(28, 8))
    return [
        observed.label("observed"),
        margin.label("margin"),
        (margin - known.cost - known.incentives).label("net"),
    ]


def _scores(known: Any) -> list[ColumnElement[Any]]:
    """Return product and service value: see ``parts`` for what each consists of."""
    kept = (known.purchased + known.returned) * _HUNDRED / func.nullif(known.purchased, 0)
    kept = func.greatest(Decimal(0), func.least(_HUNDRED, kept))
    repeat = func.least(known.orders, FULL_REPEAT) * _HUNDRED / FULL_REPEAT
    product = case((known.purchased > 0, (kept + repeat) / Decimal(2)), else_=None)
    judged = func.nullif(known.solved + known.unsolved, 0)
    return [
        cast(product, _SCORE).label("product"),
        cast(known.solved * _HUNDRED / judged, _SCORE).label("service"),
    ]


def _mean(values: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return the mean of those that are known, null if none is."""
    if not values:
        return null()
    total = sum((func.coalesce(value, Decimal(0)) for value in values), literal(Decimal(0)))
    known = sum((cast(value.is_not(None), Integer) for value in values), literal(0))
    return total / func.nullif(known, 0)


def _weighted(now: Company, scored: Any) -> ColumnElement[Any]:
    names = ("product", "service", "emotional")
    weights = {name: now.settings[f"weight_{name}"] for name in names}
    total = sum(
        (func.coalesce(scored[name] * weights[name], Decimal(0)) for name in names),
        literal(Decimal(0)),
    )
    weight = sum(
        (case((scored[name].is_not(None), weights[name]), else_=0) for name in names), literal(0)
    )
    return cast(total / func.nullif(weight, 0), _SCORE)
