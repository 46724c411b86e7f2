"""Summaries kept in a table: one customer's after a purchase, everybody's at once when need be.

The same definition as ``summary``, in the database's own words, since what is stored must follow
each event within milliseconds; a test holds the two together. ``everybody`` reads a million of
them in the time that it takes to send them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_scoring.asking import ask
from guanxi_scoring.company import PLUGIN, Company, company
from guanxi_scoring.features.summarising import Summary, sorted_summary
from guanxi_scoring.models import PurchaseSummary, SummaryBasis

REBUILD: Final = "summaries"
"""The job that brings all of them up to date."""
_ROOM: Final = text("SELECT set_config('work_mem', '256MB', true)")
_OWN: Final = text("LOCK TABLE scoring_summaries IN SHARE ROW EXCLUSIVE MODE")

_DAYS: Final = """
    SELECT t.customer_id, CAST(t.occurred_at AT TIME ZONE :zone AS date) AS day,
        count(*) FILTER (WHERE t.kind = 'purchase' AND t.occurred_at < :now) AS orders,
        coalesce(sum(t.amount) FILTER (WHERE t.kind = 'purchase' AND t.occurred_at < :now), 0)
            AS bought,
        coalesce(-sum(t.amount) FILTER (WHERE t.kind = 'return' AND t.occurred_at < :now), 0)
            AS returned,
        min(t.occurred_at) FILTER (WHERE t.occurred_at >= :now) AS ahead_at
    FROM touchpoints t
    WHERE {whom} AND t.state = 'recorded' AND t.kind IN ('purchase', 'return')
        AND t.currency = :currency
    GROUP BY 1, 2
"""
_SUMS: Final = """
    SELECT customer_id, CAST(count(*) FILTER (WHERE orders > 0) AS integer) AS days,
        min(day) FILTER (WHERE orders > 0) AS first_on,
        max(day) FILTER (WHERE orders > 0) AS last_on,
        count(*) FILTER (WHERE bought > 0) AS paying_days,
        coalesce((array_agg(bought ORDER BY day) FILTER (WHERE orders > 0))[1], 0) AS first_bought,
        sum(bought) AS bought, sum(returned) AS returned, min(ahead_at) AS ahead_at
    FROM days GROUP BY customer_id
"""
_NAMES: Final = "days, first_on, last_on, paid_days, paid, bought, returned, ahead_at"
_STORE: Final = """
    WITH basis AS (
        SELECT FROM scoring_summary_basis WHERE zone = :zone AND currency = :currency
    ), days AS ({days}), sums AS ({sums}), now AS (
        SELECT s.customer_id, s.days, s.first_on, s.last_on,
            CAST(s.paying_days - CAST(s.first_bought > 0 AS integer) AS integer) AS paid_days,
            s.bought - s.first_bought AS paid, s.bought, s.returned, s.ahead_at
        FROM sums s JOIN customers c
            ON c.id = s.customer_id AND c.merged_into IS NULL AND c.erased_at IS NULL
        WHERE (s.days > 0 OR s.ahead_at IS NOT NULL) AND {guard}
    ), gone AS (
        DELETE FROM scoring_summaries t
        WHERE {whom} AND {guard} AND NOT EXISTS (
            SELECT FROM now WHERE now.customer_id = t.customer_id)
        RETURNING 1
    ), stored AS (
        INSERT INTO scoring_summaries AS t (customer_id, {names})
        SELECT now.customer_id, {new} FROM now
            LEFT JOIN scoring_summaries o USING (customer_id)
        WHERE o.customer_id IS NULL OR ({old}) IS DISTINCT FROM ({new})
        ORDER BY now.customer_id
        ON CONFLICT (customer_id) DO UPDATE SET {set}
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM stored), {guard}
"""


def _store(whom: str, guard: str) -> Any:
    names = _NAMES.split(", ")
    return text(
        _STORE.format(
            days=_DAYS.format(whom=whom),
            sums=_SUMS,
            whom=whom,
            guard=guard,
            names=_NAMES,
            new=", ".join(f"now.{name}" for name in names),
            old=", ".join(f"o.{name}" for name in names),
            set=", ".join(f"{name} = excluded.{name}" for name in names),
        )
    )


_FEW: Final = _store("t.customer_id = ANY(CAST(:ids AS uuid[]))", "EXISTS (SELECT FROM basis)")
_ALL: Final = _store("t.customer_id IS NOT NULL", "true")
_BASIS: Final = text(
    """
    INSERT INTO scoring_summary_basis (id, zone, currency, rebuilt_at)
    VALUES (1, :zone, :currency, :now)
    ON CONFLICT (id) DO UPDATE
        SET zone = excluded.zone, currency = excluded.currency, rebuilt_at = excluded.rebuilt_at
    """
)
_LATER: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM touchpoints
        WHERE kind IN ('purchase', 'return') AND occurred_at >= :as_of AND occurred_at < :now
            AND state = 'recorded' AND currency = :currency AND customer_id IS NOT NULL)
        OR EXISTS (SELECT FROM scoring_summaries WHERE ahead_at < :as_of)
    """
)
_READ: Final = """
    SELECT customer_id, days - 1 AS x, last_on - first_on AS t_x, DATE '{today}' - first_on AS "T",
        first_on, last_on, days, paid_days, CAST(paid AS float8) AS paid,
        CAST(bought AS float8) AS bought, CAST(bought - returned AS float8) AS kept,
        CASE WHEN paid_days > 0 AND bought > returned
            THEN CAST(paid AS float8) / CAST(paid_days AS float8)
                * (CAST(bought - returned AS float8) / CAST(bought AS float8)) END AS spend
    FROM scoring_summaries WHERE days > 0
"""
_KINDS: Final = {
    "customer_id": "id", "x": "whole", "t_x": "whole", "T": "whole", "first_on": "day",
    "last_on": "day", "days": "whole", "paid_days": "whole", "paid": "real", "bought": "real",
    "kept": "real", "spend": "real",
}  # fmt: skip


def refresh(session: Session, customers: Collection[UUID], now: datetime) -> int:
    """Bring the summaries of some customers up to date; return how many rows changed.

    Before all of them were built, or after the company's zone or currency changed, nothing is
    stored; the job that builds them is asked for.
    """
    values = {**_values(company(session), now), "ids": list(customers)}
    (((changed, is_current),),) = ask(session, (_FEW, values))
    if not is_current:
        run_job(session, PLUGIN, REBUILD)
    return int(changed)


def rebuild(session: Session, *, now: datetime) -> int:
    """Bring everybody's summary up to date in one pass; return how many rows changed.

    Whoever would change some of them meanwhile waits.
    """
    values = _values(company(session), now)
    session.execute(_ROOM)
    session.execute(_OWN)
    changed, _ = session.execute(_ALL, values).one()
    session.execute(_BASIS, values)
    return int(changed)


def keep(session: Session, now: datetime) -> dict[str, Any]:
    """Build the summaries if they are not there or stand on another zone or currency.

    Otherwise those follow whose trade was recorded ahead of time and has taken place since.
    """
    if not is_current(session):
        return {"rebuilt": rebuild(session, now=now)}
    due = select(PurchaseSummary.customer_id).where(PurchaseSummary.ahead_at < now)
    found = session.scalars(due).all()
    return {"followed": refresh(session, found, now)} if found else {}


def is_current(session: Session) -> bool:
    """Say whether the summaries stand on the company's zone and currency."""
    now, basis = company(session), session.get(SummaryBasis, 1)
    return basis is not None and (basis.zone, basis.currency) == (now.zone, now.currency)


def everybody(session: Session, *, as_of: datetime, now: datetime) -> Summary | None:
    """Return the stored summaries as of an instant; None if they are not those of that instant.

    They follow the log, so they may lack what was recorded within the last seconds.
    """
    values = {**_values(company(session), now), "as_of": as_of}
    if not is_current(session) or session.execute(_LATER, values).scalar_one():
        return None
    from guanxi_scoring.features.postgres import copied  # noqa: PLC0415 -- heavy

    statement = _READ.format(today=company(session).day(as_of).isoformat())
    return sorted_summary("postgres", as_of, copied(session, statement, _KINDS))


def forget(session: Session, customer_id: UUID) -> None:
    """Remove the summary of a customer."""
    session.execute(delete(PurchaseSummary).where(PurchaseSummary.customer_id == customer_id))


def _values(now_company: Company, now: datetime) -> dict[str, Any]:
    return {"zone": now_company.zone, "currency": now_company.currency, "now": now}
