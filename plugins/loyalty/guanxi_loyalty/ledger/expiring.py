"""Many lots run out at once: what :mod:`settling` does account by account, done for a batch.

Only for accounts where nothing else is due: no units begin, none lie on holds, none are owed.
Each instant makes one transaction, about all of these members, with an entry for each.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.announcing import announce
from guanxi_loyalty.ledger.units import UnitFacts

_EXPIRE: Final = text(
    """
    WITH due AS MATERIALIZED (
        SELECT a.id, a.customer_id FROM loyalty_accounts a
        WHERE a.id = ANY(:accounts) AND a.next_due_at <= :upto AND a.held = 0 AND a.debt = 0
          AND NOT EXISTS (SELECT FROM loyalty_lots l WHERE l.account_id = a.id
            AND l.remaining > 0 AND NOT l.active AND l.activates_at <= :upto)
    ), ended AS MATERIALIZED (
        SELECT l.id, l.account_id, l.remaining, l.expires_at AS at
        FROM due JOIN loyalty_lots l ON l.account_id = due.id
        WHERE l.remaining > 0 AND l.active AND l.expires_at <= :upto
    ), by_instant AS MATERIALIZED (
        SELECT gen_random_uuid() AS id, at, sum(remaining)::bigint AS amount FROM ended GROUP BY at
    ), by_account AS MATERIALIZED (
        SELECT account_id, at, sum(remaining)::bigint AS amount FROM ended GROUP BY account_id, at
    ), transactions AS (
        INSERT INTO loyalty_transactions (id, unit_id, key, request_hash, kind, amount, source,
            effective_at, recorded_at, actor_name)
        SELECT id, :unit, 'expire:' || id, '', 'expire', amount, 'time', at, :now, ''
        FROM by_instant
    ), entries AS (
        INSERT INTO loyalty_entries (transaction_id, account_id, amount, effective_at, qualifies)
        SELECT i.id, a.account_id, -a.amount, a.at, false
        FROM by_account a JOIN by_instant i USING (at)
        UNION ALL SELECT id, :breakage, amount, at, false FROM by_instant
    ), allocations AS (
        INSERT INTO loyalty_allocations (transaction_id, lot_id, root_id, amount)
        SELECT i.id, e.id, i.id, e.remaining FROM ended e JOIN by_instant i USING (at)
    ), lots AS (
        UPDATE loyalty_lots l SET remaining = 0 FROM ended WHERE l.id = ended.id
    )
    UPDATE loyalty_accounts a SET
        balance = a.balance - coalesce(gone.amount, 0),
        next_due_at = (
            SELECT min(CASE WHEN l.active THEN l.expires_at ELSE l.activates_at END)
            FROM loyalty_lots l WHERE l.account_id = a.id AND l.remaining > 0
              AND (NOT l.active OR l.expires_at > :upto)
        )
    FROM due LEFT JOIN (
        SELECT account_id, sum(amount)::bigint AS amount FROM by_account GROUP BY account_id
    ) gone ON gone.account_id = due.id
    WHERE a.id = due.id RETURNING a.customer_id, gone.amount
    """
)


def expire_many(
    session: Session, unit: UnitFacts, accounts: Sequence[UUID], upto: datetime, *, now: datetime
) -> int:
    """Let lots of locked accounts run out that are due; return how many accounts were settled.

    The others, where something else is due too, are left as they are.
    """
    if unit.policies.expiry.runs == "inactivity":
        return 0
    values: dict[str, Any] = {
        "accounts": list(accounts),
        "unit": unit.id,
        "breakage": unit.own["breakage"],
        "upto": upto,
        "now": now,
    }
    rows = session.execute(_EXPIRE, values).all()
    announce(session, unit, "expire", [row.customer_id for row in rows if row.amount])
    return len(rows)
