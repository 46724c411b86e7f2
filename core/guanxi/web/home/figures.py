"""The home page's numbers: read from the derived day table, never counted from the log.

Amounts are in one currency (the company's own) unless told; days are UTC days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
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
    SELECT to_char(first_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS number
    FROM customer_activity
    WHERE first_at >= :since AND first_at < CAST(:until AS date) + 1 GROUP BY 1 ORDER BY 1
    """
)
_UNKNOWN = text(
    """
    SELECT coalesce(sum(count), 0) FROM touchpoint_days
    WHERE NOT known AND kind IN ('purchase', 'return') AND day BETWEEN :since AND :until
    """
)
_RANGE = text("SELECT min(day) AS first, max(day) AS last FROM touchpoint_days")
_WAITING = text(
    """
    SELECT (SELECT count(*) FROM rewards WHERE state = 'requested') AS rewards,
           (SELECT count(*) FROM duplicate_suggestions WHERE state = 'open') AS duplicates,
           (SELECT count(*) FROM delivery_parked WHERE state = 'parked') AS parked
    """
)


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
    waiting: dict[str, int]


def range_of_data(session: Session) -> tuple[date, date] | None:
    """Return the first and last day with touchpoints, or None where there is nothing yet."""
    row = session.execute(_RANGE).one()
    return (row.first, row.last) if row.first is not None else None


def figures(session: Session, since: date, until: date, currency: str) -> Figures:
    """Return all numbers from ``since`` to ``until``, both included."""
    span: dict[str, Any] = {"since": since, "until": until}
    trade = {
        (row.month, row.kind): (row.number, row.amount)
        for row in session.execute(_BY_MONTH, span | {"currency": currency})
    }
    new = {row.month: row.number for row in session.execute(_NEW_CUSTOMERS, span)}
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
            for row in session.execute(_BY_CHANNEL, span)
        ],
        unknown_trade=int(session.execute(_UNKNOWN, span).scalar_one()),
        waiting=dict(session.execute(_WAITING).mappings().one()),
    )


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
