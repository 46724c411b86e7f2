"""What counts towards tiers (定级依据): entries of units that qualify, or what was spent."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.tiers.books import TierBook
from guanxi_loyalty.tiers.folding import Earned
from guanxi_loyalty.tiers.policy import SCALE

_ENTRIES = text(
    """
    SELECT a.customer_id,
        CASE WHEN :by_day THEN date_trunc('day', e.effective_at, :zone) ELSE e.effective_at END,
        sum(e.amount)
    FROM unnest(CAST(:customers AS uuid[]), CAST(:since AS timestamptz[]),
        CAST(:upto AS timestamptz[])) AS asked (customer, since, upto)
    JOIN loyalty_accounts a ON a.customer_id = asked.customer AND a.unit_id = ANY(:units)
        AND a.purpose = 'member'
    JOIN loyalty_entries e ON e.account_id = a.id AND e.effective_at <= asked.upto
        AND e.effective_at >= asked.since AND e.qualifies
    GROUP BY 1, 2
    """
)
_SPENT = text(
    """
    SELECT o.customer_id, o.occurred_at, sum(trunc((o.amount - o.returned) * :scale))
    FROM unnest(CAST(:customers AS uuid[]), CAST(:since AS timestamptz[]),
        CAST(:upto AS timestamptz[])) AS asked (customer, since, upto)
    JOIN loyalty_occasions o ON o.customer_id = asked.customer AND o.programme_id = :programme
        AND o.occurred_at <= asked.upto AND o.occurred_at >= asked.since
    WHERE o.kind = 'purchase' AND NOT o.voided AND o.amount > o.returned
    GROUP BY 1, 2
    """
)


def read_earned(
    session: Session,
    book: TierBook,
    asked: Iterable[tuple[UUID, datetime, datetime]],
    *,
    by_day: bool = False,
) -> dict[UUID, list[Earned]]:
    """Return what counts towards tiers by member: those asked for, from and up to an instant.

    :param by_day: units of a local day together, as of its beginning: enough for what leaves.
    """
    rows = list(asked)
    if not rows:
        return {}
    customers, since, upto = (list(column) for column in zip(*rows, strict=True))
    values: dict[str, Any] = {"customers": customers, "since": since, "upto": upto}
    if book.versions[-1].policy.basis == "spend":
        values |= {"programme": book.programme_id, "scale": SCALE}
        found = session.execute(_SPENT, values)
    else:
        values |= {"units": list(book.units), "by_day": by_day, "zone": book.zone.key}
        found = session.execute(_ENTRIES, values)
    earned: dict[UUID, list[Earned]] = defaultdict(list)
    for customer, at, amount in found:
        earned[customer].append((at, int(amount)))
    return earned
