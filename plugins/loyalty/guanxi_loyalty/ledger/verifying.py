"""Recompute the ledger and say what does not fit (对账). Reads only, in one journey."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import send, without_waiting
from guanxi_loyalty.ledger.posting import QUALIFYING

SHOWN: Final = 20
"""How many rows of each kind of mismatch are named."""

_CHECKS: Final = {
    "an entry counts for tiers other than its kind says": f"""
        SELECT t.id FROM loyalty_transactions t
        JOIN loyalty_entries e ON e.transaction_id = t.id
        WHERE t.unit_id = %(unit)s
          AND e.qualifies <> (t.kind IN {QUALIFYING} AND (t.kind <> 'reverse' OR e.amount < 0))
        """,  # noqa: S608 -- kinds of ours
    "an entry's transaction or account is not there, or of another unit": """
        SELECT e.transaction_id FROM loyalty_entries e
        LEFT JOIN loyalty_transactions t ON t.id = e.transaction_id
        LEFT JOIN loyalty_accounts a ON a.id = e.account_id
        WHERE coalesce(t.unit_id, a.unit_id, %(unit)s) = %(unit)s
          AND (t.unit_id = a.unit_id) IS NOT TRUE
        """,
    "a lot's transaction or account is not there, or of another unit": """
        SELECT l.id FROM loyalty_lots l
        LEFT JOIN loyalty_transactions t ON t.id = l.transaction_id
        LEFT JOIN loyalty_accounts a ON a.id = l.account_id
        WHERE coalesce(t.unit_id, a.unit_id, %(unit)s) = %(unit)s
          AND (t.unit_id = a.unit_id) IS NOT TRUE
        """,
    "what was taken has no lot, or no transaction": """
        SELECT x.lot_id FROM loyalty_allocations x
        LEFT JOIN loyalty_transactions t ON t.id = x.transaction_id
        LEFT JOIN loyalty_transactions r ON r.id = x.root_id
        LEFT JOIN loyalty_lots l ON l.id = x.lot_id
        WHERE coalesce(t.unit_id, r.unit_id, %(unit)s) = %(unit)s
          AND (l.id IS NULL OR (t.unit_id = r.unit_id) IS NOT TRUE)
        """,
    "entries of a transaction do not sum to zero": """
        SELECT t.id FROM loyalty_transactions t
        JOIN loyalty_entries e ON e.transaction_id = t.id
        WHERE t.unit_id = %(unit)s GROUP BY t.id HAVING sum(e.amount) <> 0
        """,
    "a balance is not the sum of its entries": """
        SELECT a.id FROM loyalty_accounts a
        LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS total FROM loyalty_entries
            WHERE account_id = a.id) e ON true
        WHERE a.unit_id = %(unit)s AND a.purpose = 'member' AND a.balance <> e.total
        """,
    "a balance is not what its lots have left, less debt": """
        SELECT a.id FROM loyalty_accounts a
        LEFT JOIN LATERAL (SELECT coalesce(sum(remaining), 0) AS total FROM loyalty_lots
            WHERE account_id = a.id AND active AND remaining > 0) l ON true
        WHERE a.unit_id = %(unit)s AND a.purpose = 'member' AND a.balance <> l.total - a.debt
        """,
    "a lot has not left what was not taken": """
        SELECT l.id FROM loyalty_lots l JOIN loyalty_accounts a ON a.id = l.account_id
        LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS total FROM loyalty_allocations
            WHERE lot_id = l.id) t ON true
        WHERE a.unit_id = %(unit)s AND l.remaining <> l.amount - t.total
        """,
    "pending units are not on the pending account": """
        SELECT a.id FROM loyalty_accounts a
        WHERE a.unit_id = %(unit)s AND a.purpose = 'pending'
          AND (SELECT coalesce(sum(amount), 0) FROM loyalty_entries WHERE account_id = a.id)
           <> (SELECT coalesce(sum(l.remaining), 0) FROM loyalty_lots l
               JOIN loyalty_accounts m ON m.id = l.account_id
               WHERE m.unit_id = %(unit)s AND NOT l.active AND l.remaining > 0)
        """,
    "held units are not on the held account": """
        SELECT a.id FROM loyalty_accounts a
        WHERE a.unit_id = %(unit)s AND a.purpose = 'held'
          AND (SELECT coalesce(sum(amount), 0) FROM loyalty_entries WHERE account_id = a.id)
           <> (SELECT coalesce(sum(held), 0) FROM loyalty_accounts
               WHERE unit_id = %(unit)s AND purpose = 'member')
        """,
    "an account holds other than its open holds": """
        SELECT a.id FROM loyalty_accounts a
        LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS total FROM loyalty_holds
            WHERE account_id = a.id AND state = 'open') h ON true
        WHERE a.unit_id = %(unit)s AND a.purpose = 'member' AND a.held <> h.total
        """,
    "more was taken back than there was": """
        SELECT t.id FROM loyalty_transactions t
        JOIN loyalty_transactions r ON r.reverses_id = t.id AND r.kind = 'reverse'
        WHERE t.unit_id = %(unit)s GROUP BY t.id, t.amount HAVING sum(r.amount) > t.amount
        """,
    "a transaction put back more than it took": """
        SELECT x.root_id FROM loyalty_allocations x
        JOIN loyalty_transactions t ON t.id = x.root_id
        WHERE t.unit_id = %(unit)s GROUP BY x.root_id, x.lot_id HAVING sum(x.amount) < 0
        """,
    "a spend is not what it took from lots": """
        SELECT t.id FROM loyalty_transactions t
        LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS total FROM loyalty_allocations
            WHERE transaction_id = t.id) x ON true
        WHERE t.unit_id = %(unit)s AND t.kind IN ('redeem', 'hold') AND t.amount <> x.total
        """,
    "units were taken outside a lot's time": """
        SELECT x.transaction_id FROM loyalty_allocations x
        JOIN loyalty_transactions t ON t.id = x.transaction_id
        JOIN loyalty_lots l ON l.id = x.lot_id
        WHERE t.unit_id = %(unit)s AND t.kind IN ('redeem', 'hold') AND x.amount > 0
          AND (t.effective_at < l.activates_at OR t.effective_at >= l.expires_at)
        """,
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that does not fit, with the ids of some rows where it does not."""

    what: str
    ids: tuple[UUID, ...]


def verify(session: Session, unit_id: UUID) -> list[Mismatch]:
    """Return what does not fit in a unit; nothing where all does."""
    session.flush()
    values = {"unit": unit_id}
    with without_waiting(session):
        asked = [send(session, f"{check} LIMIT {SHOWN}", values) for check in _CHECKS.values()]
    answers = (tuple(row_id for (row_id,) in rows) for rows in asked)
    return [Mismatch(what, ids) for what, ids in zip(_CHECKS, answers, strict=True) if ids]
