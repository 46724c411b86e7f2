"""The attribute ``loyalty.index``: the same as :func:`index_of`, as SQL for lists and segments."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Numeric,
    SQLColumnExpression,
    case,
    cast,
    func,
    literal,
    null,
)
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Text, settings_of, web
from guanxi_loyalty.index.facts import (
    FactColumns,
    Tiers,
    columns,
    nps_attribute,
    tiers_that_count,
)
from guanxi_loyalty.index.scoring import PARTS

INDEX: Final = "loyalty.index"
_ASKING: Final = ContextVar("loyalty index asks the catalogue", default=False)
"""Reading the catalogue tries each attribute in it, this one too; then it must not ask again."""


def index_attribute(session: Session) -> Iterable[Attribute]:
    """Return the attribute, with the settings and tiers of now.

    What another plugin offers is looked up each time it is used: while the catalogue is being
    made nobody can ask it.
    """
    settings = settings_of(session, "loyalty")
    tiers = tiers_that_count(session, web.utc_now())
    yield Attribute(
        INDEX,
        Text("Loyalty index", "忠诚度指数"),
        "number",
        partial(_index_sql, session, settings, tiers),
        permission="loyalty.view",
        description=Text("0 to 100; empty: nothing is known", "0 至 100；空表示未知"),
    )


def _index_sql(
    session: Session, settings: Mapping[str, Any], tiers: Tiers | None
) -> SQLColumnExpression[Any]:
    facts = columns(func.now(), tiers, _nps(session, settings["index_nps_from"]))
    scores = _scores(facts, settings, len(tiers.keys) if tiers else 0)
    weights = {key: settings[f"index_weight_{key}"] for key in PARTS}
    counted = [(scores[key], weights[key]) for key in PARTS if weights[key]]
    total = _sum(func.coalesce(score * weight, 0) for score, weight in counted)
    known = _sum(case((score.is_not(None), weight), else_=0) for score, weight in counted)
    return func.round(cast(total / func.nullif(known, 0), Numeric), 1)


def _nps(session: Session, key: str) -> Attribute | None:
    if _ASKING.get():
        return None
    token = _ASKING.set(True)
    try:
        return nps_attribute(session, key)
    finally:
        _ASKING.reset(token)


def _scores(
    facts: FactColumns, settings: Mapping[str, Any], tiers: int
) -> dict[str, ColumnElement[Any]]:
    """Return the formulas of ``scoring`` in SQL."""
    hundred = literal(100, Numeric)
    seconds = func.extract("epoch", facts.last_at - facts.first_at)
    days = literal(settings["index_tenure_days"], Numeric)
    friends = func.nullif(facts.referrals, 0) * hundred / settings["index_referrals"]
    tier = facts.place * hundred / (tiers - 1) if tiers > 1 else cast(null(), Numeric)
    # least() and greatest() of PostgreSQL pass over what is unknown.
    return {
        "repeat": (facts.purchases - 1) * hundred / func.nullif(facts.purchases, 0),
        "tenure": case(
            (facts.first_at.is_not(None), func.least(hundred, seconds * hundred / 86_400 / days))
        ),
        "recommendation": func.greatest(
            case((facts.referrals > 0, func.least(hundred, friends))),
            case(
                (
                    facts.nps.is_not(None),
                    func.greatest(0, func.least(hundred, facts.nps * hundred / 10)),
                )
            ),
        ),
        "tier": tier,
    }


def _sum(parts: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    total: ColumnElement[Any] = literal(0, Numeric)
    for part in parts:
        total = total + part
    return total
