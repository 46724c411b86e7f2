"""What scoring adds to the demo: its models, fitted on the real year of trade.

The trade ran from December 2010 to December 2011. As of now everybody would be long gone, so the
models stand at the day after the last purchase: an option of each, found from the data. They are
fitted and everybody is scored by the worker, once what was imported is counted.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Touchpoint
from guanxi_scoring.churn import demo as churn_demo
from guanxi_scoring.company import company
from guanxi_scoring.insight import anomalies
from guanxi_scoring.insight.analyses import keeping
from guanxi_scoring.life.changing import change_model
from guanxi_scoring.life.finding import list_models
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.products import demo as products_demo
from guanxi_scoring.propensity import demo as propensity_demo

_QUESTIONS: Final = (
    ("Revenue by country · 各国营业额",
     {"measure": "sum", "of": "customers.revenue", "by": "customers.country"}),
    ("Expected value by country, of who bought twice or more · 多次购买客户的预期价值（按国家）",
     {"measure": "avg", "of": "scoring.clv_12m", "by": "customers.country",
      "where": [["customers.purchases", "gte", "2"]]}),
)  # fmt: skip


def fill(session: Session, now: datetime) -> None:
    """Make the ready-made models as of the end of the trade, and have them fitted.

    It may be called again: what has been made is left as it is.
    """
    as_of = end_of_trade(session, now)
    for model in ensure_ready_made(session, now=now):
        if as_of is not None:
            changes = {"options": {"as_of": as_of.isoformat()}, "refit_days": None}
            change_model(session, model.key, changes, now=now)
    for model in list_models(session):
        order_fit(session, model, "first", now=now)
    churn_demo.fill(session, as_of, now)
    if as_of is not None:
        anomalies.find(session, as_of=as_of)
    if not keeping.analyses(session):
        for title, question in _QUESTIONS:
            keeping.make(session, title, question, Decider("demo"), now=now)
    products_demo.fill(session, now)
    propensity_demo.fill(session, as_of, now)


def end_of_trade(session: Session, now: datetime) -> datetime | None:
    """Return when the day after the last purchase began for the company; None without trade."""
    last = session.scalar(
        select(func.max(Touchpoint.occurred_at)).where(
            Touchpoint.kind == "purchase",
            Touchpoint.state == "recorded",
            Touchpoint.occurred_at < now,
        )
    )
    if last is None:
        return None
    there = company(session)
    return midnight(there.day(last) + timedelta(days=1), there.zone)


def midnight(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
