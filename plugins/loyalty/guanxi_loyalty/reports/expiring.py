"""What runs out soon (即将过期): by lots, or where points run out by inactivity, by accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.reports.asking import Question

WINDOWS: Final = (30, 60, 90)
_LOTS = text(
    """
    SELECT days.number, coalesce(sum(lot.rest), 0) AS units,
        count(DISTINCT lot.account_id) AS members
    FROM unnest(CAST(:days AS int[])) AS days (number)
    LEFT JOIN (
        SELECT l.account_id, l.expires_at, l.amount - coalesce((
            SELECT sum(x.amount) FROM loyalty_allocations x
            JOIN loyalty_transactions t ON t.id = x.transaction_id
            WHERE x.lot_id = l.id AND t.effective_at <= :as_of
        ), 0) AS rest
        FROM loyalty_accounts a JOIN loyalty_lots l ON l.account_id = a.id
        JOIN loyalty_transactions made ON made.id = l.transaction_id
        WHERE a.unit_id = :unit AND made.effective_at <= :as_of
          AND l.expires_at > :as_of AND l.expires_at <= :last
    ) lot ON lot.rest > 0 AND lot.expires_at <= :as_of + make_interval(days => days.number)
    GROUP BY 1 ORDER BY 1
    """
)
_IDLE = text(
    """
    SELECT days.number, coalesce(sum(held.balance), 0) AS units,
        count(held.account_id) AS members
    FROM unnest(CAST(:days AS int[])) AS days (number)
    LEFT JOIN (
        SELECT account_id, balance,
            CAST(CAST(active_at AT TIME ZONE :zone AS date) + make_interval(months => :months)
                + make_interval(days => :more + 1) AS timestamp) AT TIME ZONE :zone AS idle_at
        FROM (
            SELECT a.id AS account_id, (
                SELECT sum(e.amount) FROM loyalty_entries e
                WHERE e.account_id = a.id AND e.effective_at <= :as_of
            ) AS balance, (
                SELECT max(t.effective_at) FROM loyalty_transactions t
                WHERE t.account_id = a.id AND t.effective_at <= :as_of
                  AND t.kind IN ('earn', 'redeem', 'hold', 'adjust')
            ) AS active_at
            FROM loyalty_accounts a WHERE a.unit_id = :unit AND a.purpose = 'member'
        ) account WHERE balance > 0
    ) held ON held.idle_at > :as_of AND held.idle_at <= :as_of + make_interval(days => days.number)
    GROUP BY 1 ORDER BY 1
    """
)


@dataclass(frozen=True, slots=True)
class Expiring:
    """What runs out within so many days, and how many members it belongs to."""

    days: int
    before: datetime
    units: int
    members: int
    worth: Decimal | None


def expiring_soon(
    session: Session, question: Question, windows: Sequence[int] = WINDOWS
) -> list[Expiring]:
    """Return what runs out within 30, 60 and 90 days after the instant, if nobody spends it.

    Whole units; each longer time includes the shorter ones. ``worth`` is at the programme's
    stand-alone selling price, None where nobody said one. A day is 24 hours; what ends, ends with
    a day of the programme's zone. Where points run out by inactivity, the member's last earning
    or spending until then decides.
    """
    expiry = question.unit.policies.expiry
    values: dict[str, Any] = {
        "unit": question.unit.id,
        "as_of": question.as_of,
        "days": list(windows),
        "last": question.as_of + timedelta(days=max(windows)),
    }
    statement = _LOTS
    if expiry.runs == "inactivity":
        statement = _IDLE
        values |= {"zone": str(question.unit.zone), "months": expiry.months, "more": expiry.days}
        del values["last"]
    return [
        Expiring(
            row.number,
            question.as_of + timedelta(days=row.number),
            int(row.units),
            row.members,
            question.worth(int(row.units)),
        )
        for row in session.execute(statement, values)
    ]
