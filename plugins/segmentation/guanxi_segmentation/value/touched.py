"""What each customer's touchpoints and rewards add up to, in one pass over each table.

A touchpoint counts if it is recorded and happened before ``as_of``; money only in the company's
currency. A reward counts as it was granted; of an expired one only what was redeemed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Integer, Numeric, TextClause, Uuid, column, table, text
from sqlalchemy.sql.selectable import TextualSelect

from guanxi_segmentation.company import Company
from guanxi_segmentation.value.costs import cost_of_contact, unit_costs

YEAR: Final = timedelta(days=365)
"""How far back recent revenue goes."""

_COLUMNS: Final = (
    column("customer_id", Uuid),
    column("orders", Integer),
    column("purchased", Numeric(18, 4)),
    column("returned", Numeric(18, 4)),
    column("recent", Numeric(18, 4)),
    column("cost", Numeric(28, 8)),
    column("solved", Integer),
    column("unsolved", Integer),
)
NOW: Final = table("segmentation_touched_now", *_COLUMNS)
"""The temporary table of everybody's, gone at the commit."""
DROP_NOW: Final = text("DROP TABLE IF EXISTS segmentation_touched_now")
ANALYZE_NOW: Final = text("ANALYZE segmentation_touched_now")

_TRADE: Final = "kind IN ('purchase', 'return') AND currency = :currency"
_TOUCHED: Final = """
    SELECT customer_id,
        CAST(count(*) FILTER (WHERE kind = 'purchase' AND currency = :currency) AS integer)
            AS orders,
        CAST(coalesce(sum(amount) FILTER (WHERE kind = 'purchase' AND currency = :currency), 0)
            AS numeric(18, 4)) AS purchased,
        CAST(coalesce(sum(amount) FILTER (WHERE kind = 'return' AND currency = :currency), 0)
            AS numeric(18, 4)) AS returned,
        CAST(coalesce(sum(amount) FILTER (WHERE {trade} AND occurred_at >= :recent), 0)
            AS numeric(18, 4)) AS recent,
        CAST(sum({cost}) AS numeric(28, 8)) AS cost,
        CAST(count(*) FILTER (WHERE {service} AND outcome IN
            (SELECT key FROM touchpoint_outcomes WHERE success)) AS integer) AS solved,
        CAST(count(*) FILTER (WHERE {service} AND outcome IN
            (SELECT key FROM touchpoint_outcomes WHERE NOT success)) AS integer) AS unsolved
    FROM touchpoints
    WHERE state = 'recorded' AND occurred_at < :as_of AND {whom}
    GROUP BY customer_id
"""
_REWARDED: Final = """
    SELECT r.customer_id, CAST(sum(u.cost *
        CASE r.state WHEN 'expired' THEN r.redeemed_amount ELSE r.amount END) AS numeric(28, 8))
        AS incentives
    FROM rewards r
    JOIN unnest(CAST(:units AS text[]), CAST(:unit_costs AS numeric[])) u(unit, cost)
        ON u.unit = r.unit
    WHERE r.state IN ('granted', 'redeemed', 'expired') AND r.granted_at < :as_of AND {whom}
    GROUP BY r.customer_id
"""
_FEW: Final = "customer_id = ANY(CAST(:ids AS uuid[]))"
_SERVICE: Final = "outcome IS NOT NULL AND kind = ANY(CAST(:service AS text[]))"


def touched(company: Company, *, few: bool) -> TextualSelect:
    """Return the select of what touchpoints add up to, with the columns of :data:`NOW`."""
    return text(_touched(company, few=few)).columns(*_COLUMNS)


def gather(company: Company) -> TextClause:
    """Return the statement that keeps everybody's in the temporary table."""
    sql = _touched(company, few=False)
    return text(f"CREATE TEMPORARY TABLE segmentation_touched_now ON COMMIT DROP AS {sql}")


def rewarded(*, few: bool) -> TextualSelect:
    """Return the select of what rewards cost."""
    sql = _REWARDED.format(whom=f"r.{_FEW}" if few else "true")
    return text(sql).columns(column("customer_id", Uuid), column("incentives", Numeric(28, 8)))


def touched_values(company: Company, as_of: datetime) -> Mapping[str, Any]:
    """Return the parameters of the selects of touchpoints."""
    return {
        "currency": company.currency,
        "as_of": as_of,
        "recent": as_of - YEAR,
        "service": list(company.settings["service_kinds"]),
        **cost_of_contact(company)[1],
    }


def rewarded_values(company: Company) -> Mapping[str, Any]:
    """Return the parameters of the select of rewards, beside ``as_of``."""
    costs = unit_costs(company)
    return {"units": list(costs), "unit_costs": list(costs.values())}


def _touched(company: Company, *, few: bool) -> str:
    cost = cost_of_contact(company)[0]
    whom = _FEW if few else "customer_id IS NOT NULL"
    return _TOUCHED.format(cost=cost, trade=_TRADE, service=_SERVICE, whom=whom)
