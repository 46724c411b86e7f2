"""Person-periods, counted in SQL: what was known before each, and whether there was a sign of life.

Periods are counted backwards from the day of ``as_of`` (0 is the last one, and the hours of that
day belong to it), in whole days of the company's zone. Only what happened before ``as_of`` is
read. For a period a customer has:

``silent``  whole periods since the last active one
``active``  active periods so far
``tenure``  periods since the first active one
``lately``  active periods, each worth ``2 ** (-age / 12)``
``bought``  whether the last active period had a purchase

Numbers are rounded to quarters of a doubling, so that a few thousand cells hold any number of
customers. ``silent`` stops at :data:`LONGEST`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.churn.silence.options import Chosen
from guanxi_scoring.company import company

LONGEST: Final = 33
"""From so many silent periods on the hazard is taken as constant."""
MOST_CUSTOMERS: Final = 200_000
"""A fit looks at about so many customers at most, chosen by their ids: the same each time."""
PARTS: Final = 4
"""Numbers are rounded to such a part of a doubling."""

_SIGNS: Final = "(:signs = 'contacts' AND t.direction <> 'out' OR t.kind = 'purchase')"
_ACTIVE: Final = f"""
    SELECT customer_id, -((:end - 1 - least(day, :end - 1)) / :length) AS period,
           bool_or(bought) AS bought,
           max(day) AS last_on
    FROM (
        SELECT t.customer_id, CAST(t.occurred_at AT TIME ZONE :zone AS date) AS day,
               t.kind = 'purchase' AS bought
        FROM touchpoints t JOIN customers c ON c.id = t.customer_id
        WHERE t.state = 'recorded' AND t.occurred_at < :as_of AND {_SIGNS} AND {{whom}}
          AND c.merged_into IS NULL AND c.erased_at IS NULL
    ) days GROUP BY customer_id, period
"""  # noqa: S608 -- constants of this file
_SAMPLE: Final = "(:one_in = 1 OR mod(abs(hashtext(CAST(t.customer_id AS text))), :one_in) = 0)"
_GRID: Final = """
    WITH active AS MATERIALIZED ({active}),
    spans AS (SELECT customer_id, min(period) AS first FROM active GROUP BY customer_id),
    grid AS (
        SELECT s.customer_id, g.period, s.first, CAST(a.period IS NOT NULL AS integer) AS came,
               2 * a.period + CAST(a.bought AS integer) AS mark
        FROM spans s CROSS JOIN LATERAL generate_series(s.first, 0) AS g(period)
        LEFT JOIN active a ON a.customer_id = s.customer_id AND a.period = g.period
    ),
    told AS (
        SELECT customer_id, period, came, period - first AS tenure,
               sum(came) OVER before AS active, max(mark) OVER before AS mark,
               sum(came * power(CAST(2 AS float8), CAST(period AS float8) / 12)) OVER before
                   AS weight,
               max(came) OVER (PARTITION BY customer_id ORDER BY period
                   ROWS BETWEEN CURRENT ROW AND :ahead FOLLOWING) AS comes
        FROM grid
        WINDOW before AS (PARTITION BY customer_id ORDER BY period
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ),
    cells AS (
        SELECT period, came, comes,
               CAST(least(period - 1 - (mark >> 1), :longest) AS integer) AS silent,
               {active_log} AS active, {tenure_log} AS tenure,
               CAST(greatest(round(:parts * (ln(weight) / ln(CAST(2 AS float8))
                    - CAST(period AS float8) / 12)), -64) AS integer) AS lately,
               mark & 1 AS bought
        FROM told WHERE tenure > 0
    )
"""
_FEATURES: Final = "silent, active, tenure, lately, bought"
_COUNTED: Final = (
    "SELECT {features}, period > -:ahead - 1 AS late, count(*) AS trials, sum(came) AS events"
    " FROM cells GROUP BY {features}, late ORDER BY {features}, late"
)
_TESTED: Final = (
    "SELECT {features}, count(*) AS customers, sum(1 - comes) AS silent_ones"
    " FROM cells WHERE period = -:ahead GROUP BY {features} ORDER BY {features}"
)


def _log(column: str) -> str:
    return f"CAST(round(:parts * ln(CAST({column} AS float8)) / ln(CAST(2 AS float8))) AS integer)"


def _grid(last: str) -> Any:
    grid = _GRID.format(
        active=_ACTIVE.format(whom=_SAMPLE), active_log=_log("active"), tenure_log=_log("tenure")
    )
    return text(grid + last.format(features=_FEATURES))


_COUNT: Final = _grid(_COUNTED)
_TEST: Final = _grid(_TESTED)
_STATES: Final = """
    SELECT customer_id, CAST(-max(period) AS integer) AS silent,
           CAST(count(*) AS integer) AS active, CAST(1 - min(period) AS integer) AS tenure,
           sum(power(CAST(2 AS float8), CAST(period - 1 AS float8) / 12)) AS lately,
           (max(2 * period + CAST(bought AS integer)) & 1) = 1 AS bought,
           max(last_on) AS last_on
    FROM ({active}) a GROUP BY customer_id
"""
STATES: Final = _STATES.format(active=_ACTIVE.format(whom="t.customer_id IS NOT NULL"))
"""What is known of each customer before the period that comes."""
STATES_FEW: Final = _STATES.format(
    active=_ACTIVE.format(whom="t.customer_id = ANY(CAST(:ids AS uuid[]))")
)
_SPAN: Final = text(
    f"""
    SELECT min(day) AS first, max(day) AS last, count(DISTINCT customer_id) AS customers,
           count(gap) AS gaps, percentile_disc(0.8) WITHIN GROUP (ORDER BY gap) AS usual
    FROM (
        SELECT customer_id, day,
               day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
        FROM (SELECT DISTINCT t.customer_id, CAST(t.occurred_at AT TIME ZONE :zone AS date) AS day
              FROM touchpoints t JOIN customers c ON c.id = t.customer_id
              WHERE t.state = 'recorded' AND t.occurred_at < :as_of AND {_SIGNS}
                AND c.merged_into IS NULL AND c.erased_at IS NULL) days
    ) gaps
    """  # noqa: S608 -- as above
)
_CUSTOMERS: Final = text("SELECT count(*) FROM customers WHERE merged_into IS NULL")


@dataclass(frozen=True, slots=True)
class Span:
    """What there is: first and last day, customers, gaps between their days, the usual gap."""

    first: Any
    last: Any
    customers: int
    gaps: int
    usual: int | None
    """Four of five gaps are not longer, in days."""
    days: int
    """From the first day to that of ``as_of``."""


def values_of(session: Session, options: Chosen, as_of: datetime) -> dict[str, Any]:
    """Return what all statements here are bound to."""
    return {
        "signs": options.signs,
        "zone": options.zone,
        "length": options.length,
        "as_of": as_of,
        "end": company(session).day(as_of),
    }


def span(session: Session, options: Chosen, as_of: datetime) -> Span:
    """Return what signs of life there are before ``as_of``."""
    values = values_of(session, options, as_of)
    row = session.execute(_SPAN, values).one()
    days = (values["end"] - row.first).days if row.first is not None else 0
    return Span(row.first, row.last, row.customers, row.gaps, row.usual, days)


def counted(session: Session, options: Chosen, as_of: datetime, ahead: int) -> list[Any]:
    """Return person-periods by cell: features, ``late``, ``trials``, ``events``.

    :param ahead: how many periods are held out at the end; those are ``late``.
    """
    return list(session.execute(_COUNT, _bound(session, options, as_of, ahead)).all())


def tested(session: Session, options: Chosen, as_of: datetime, ahead: int) -> list[Any]:
    """Return the customers as they were before the hold-out, by cell, and how many fell silent."""
    return list(session.execute(_TEST, _bound(session, options, as_of, ahead)).all())


def _bound(session: Session, options: Chosen, as_of: datetime, ahead: int) -> dict[str, Any]:
    known = session.scalar(_CUSTOMERS) or 0
    return {
        **values_of(session, options, as_of),
        "ahead": ahead - 1,
        "longest": LONGEST,
        "parts": PARTS,
        "one_in": max(1, -(-known // MOST_CUSTOMERS)),
    }
