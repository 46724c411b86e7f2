"""The home page's numbers: read from the derived day table, never counted from the log.

Somebody who sees only some customers gets the numbers of those: they are counted from their
touchpoints, which are few beside the company's. Amounts are in one currency (the company's own)
unless told; days are UTC days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Result, TextClause, text
from sqlalchemy.orm import Session

_BY_MONTH = text(
    """
    SELECT to_char(day, 'YYYY-MM') AS month, kind, sum(count) AS number, sum(amount) AS amount
    FROM touchpoint_days
    WHERE kind IN ('purchase', 'return') AND currency = :currency AND day BETWEEN :since AND :until
    GROUP BY 1, 2 ORDER BY 1
    """
)
_BY_CHANNEL = text(
    """
    SELECT c.key, c.title_en, c.title_zh, sum(d.count) AS number
    FROM touchpoint_days d JOIN channels c ON c.key = d.channel
    WHERE d.day BETWEEN :since AND :until GROUP BY 1, 2, 3 ORDER BY 4 DESC
    """
)
_NEW_CUSTOMERS = text(
    """
    SELECT to_char(month, 'YYYY-MM') AS month, number FROM (
        SELECT date_trunc('month', first_at, 'UTC') AS month, count(*) AS number
        FROM customer_activity
        WHERE first_at >= :since AND first_at < CAST(:until AS date) + 1 GROUP BY 1
    ) months ORDER BY 1
    """
)
_UNKNOWN = text(
    """
    SELECT coalesce(sum(count), 0) FROM touchpoint_days
    WHERE NOT known AND kind IN ('purchase', 'return') AND day BETWEEN :since AND :until
    """
)
_RANGE = text("SELECT min(day) AS first, max(day) AS last FROM touchpoint_days")
_SEEN_ONLY = """
    WITH seen AS (SELECT id FROM customers WHERE owner_id = ANY(:owners)),
    touchpoint_days AS (
        SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, channel, kind,
               coalesce(currency, '') AS currency, true AS known,
               count(*) AS count, coalesce(sum(amount), 0) AS amount
        FROM touchpoints
        WHERE state = 'recorded' AND customer_id IN (SELECT id FROM seen)
        GROUP BY 1, 2, 3, 4
    ),
    customer_activity AS (
        SELECT * FROM customer_activity WHERE customer_id IN (SELECT id FROM seen)
    )
"""
"""Stands before a statement and narrows the tables it reads to the customers of some owners."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the home page shows for one range of days."""

    months: Sequence[str]
    revenue: Sequence[Decimal]
    """Per month, net of returns."""
    purchases: Sequence[int]
    returns: Sequence[int]
    new_customers: Sequence[int]
    """By the month of their first touchpoint."""
    channels: Sequence[tuple[str, str, int]]
    """English title, Chinese title, number of touchpoints."""
    unknown_trade: int
    """Purchases and returns without a known customer."""


def range_of_data(
    session: Session, owners: Sequence[UUID] | None = None
) -> tuple[date, date] | None:
    """Return the first and last day with touchpoints, or None where there is nothing yet."""
    row = _rows(session, _RANGE, {}, owners).one()
    return (row.first, row.last) if row.first is not None else None


def figures(
    session: Session,
    since: date,
    until: date,
    currency: str,
    owners: Sequence[UUID] | None = None,
) -> Figures:
    """Return all numbers from ``since`` to ``until``, both included.

    :param owners: only of the customers that these people look after; None for the company's.
    """
    span: dict[str, Any] = {"since": since, "until": until}
    trade = {
        (row.month, row.kind): (row.number, row.amount)
        for row in _rows(session, _BY_MONTH, span | {"currency": currency}, owners)
    }
    new = {row.month: row.number for row in _rows(session, _NEW_CUSTOMERS, span, owners)}
    months = _months(since, until)

    def counted(kind: str) -> list[int]:
        return [int(trade.get((month, kind), (0, 0))[0]) for month in months]

    return Figures(
        months=months,
        revenue=[
            sum((_amount(trade, m, k) for k in ("purchase", "return")), Decimal(0)) for m in months
        ],
        purchases=counted("purchase"),
        returns=counted("return"),
        new_customers=[int(new.get(month, 0)) for month in months],
        channels=[
            (row.title_en, row.title_zh, int(row.number))
            for row in _rows(session, _BY_CHANNEL, span, owners)
        ],
        unknown_trade=int(_rows(session, _UNKNOWN, span, owners).scalar_one()),
    )


def _rows(
    session: Session,
    statement: TextClause,
    values: dict[str, Any],
    owners: Sequence[UUID] | None,
) -> Result[Any]:
    if owners is None:
        return session.execute(statement, values)
    narrowed = text(_SEEN_ONLY + statement.text)
    return session.execute(narrowed, values | {"owners": list(owners)})


def _amount(trade: dict[tuple[str, str], tuple[int, Decimal]], month: str, kind: str) -> Decimal:
    found = trade.get((month, kind))
    return found[1] if found else Decimal(0)


def _months(since: date, until: date) -> list[str]:
    months: list[str] = []
    year, month = since.year, since.month
    while (year, month) <= (until.year, until.month) and len(months) < 60:
        months.append(f"{year:04}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months
