"""What a member has, now or at any past instant (余额, 明细), within the sight of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.units import UnitFacts

SOON: Final = timedelta(days=30)

# Each figure by an index of its own: of 100,000 lots few end soon, and few are pending.
_NOW = text(
    """
    SELECT a.balance, a.held, a.debt, a.active_at,
        (SELECT coalesce(sum(remaining), 0) FROM loyalty_lots WHERE account_id = a.id
            AND remaining > 0 AND active AND expires_at <= :now) AS ended,
        (SELECT coalesce(sum(remaining), 0) FROM loyalty_lots WHERE account_id = a.id
            AND remaining > 0 AND activates_at <= :now AND expires_at > :now
            AND expires_at <= :soon) AS soon,
        (SELECT expires_at FROM loyalty_lots WHERE account_id = a.id
            AND remaining > 0 AND activates_at <= :now AND expires_at > :now
            ORDER BY expires_at LIMIT 1) AS next_end,
        coalesce(waiting.begun, 0) AS begun, coalesce(waiting.pending, 0) AS pending,
        coalesce(over.amount, 0) AS over, coalesce(back.amount, 0) AS back
    FROM loyalty_accounts a
    LEFT JOIN LATERAL (
        SELECT sum(remaining) FILTER (WHERE activates_at > :now) AS pending,
            sum(remaining) FILTER (
                WHERE activates_at <= :now AND (expires_at > :now OR expires_at IS NULL)
            ) AS begun
        FROM loyalty_lots WHERE account_id = a.id AND NOT active
    ) waiting ON true
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS amount FROM loyalty_holds
        WHERE account_id = a.id AND state = 'open' AND expires_at <= :now
    ) over ON true
    LEFT JOIN LATERAL (
        SELECT sum(x.amount) AS amount FROM loyalty_holds h
        JOIN loyalty_allocations x ON x.root_id = h.id JOIN loyalty_lots l ON l.id = x.lot_id
        WHERE h.account_id = a.id AND h.state = 'open' AND h.expires_at <= :now
          AND (l.expires_at > :now OR l.expires_at IS NULL)
    ) back ON true
    WHERE a.unit_id = :unit AND a.customer_id = :customer AND a.purpose = 'member'
    """
)
_COMES = text(
    """
    SELECT l.activates_at AS at, l.expires_at AS ends, l.remaining AS amount
    FROM loyalty_lots l JOIN loyalty_accounts a ON a.id = l.account_id
    WHERE a.unit_id = :unit AND a.customer_id = :customer AND a.purpose = 'member'
      AND NOT l.active AND l.activates_at <= :now
    UNION ALL
    SELECT h.expires_at, l.expires_at, x.amount
    FROM loyalty_holds h JOIN loyalty_accounts a ON a.id = h.account_id
    JOIN loyalty_allocations x ON x.root_id = h.id JOIN loyalty_lots l ON l.id = x.lot_id
    WHERE a.unit_id = :unit AND a.customer_id = :customer AND a.purpose = 'member'
      AND h.state = 'open' AND h.expires_at <= :now
      AND (l.expires_at > h.expires_at OR l.expires_at IS NULL)
    ORDER BY 1, 2 NULLS LAST
    """
)
"""What began or came back from holds since somebody last looked, in the order of time."""
_THEN = text(
    """
    SELECT coalesce(sum(e.amount), 0) FROM loyalty_entries e
    JOIN loyalty_accounts a ON a.id = e.account_id
    WHERE a.unit_id = :unit AND a.customer_id = :customer AND e.effective_at <= :instant
    """
)
# Both in the order of the index of entries, so that the page is read from its end.
_LINES = text(
    """
    SELECT t.id, t.kind, t.shortfall,
        CASE WHEN t.account_id IS NULL THEN abs(e.amount) ELSE t.amount END AS amount,
        t.source, t.document, t.effective_at, e.amount AS change, r.text AS remark
    FROM (
        SELECT transaction_id, effective_at, amount FROM loyalty_entries
        WHERE account_id = (SELECT id FROM loyalty_accounts WHERE unit_id = :unit
                AND customer_id = :customer AND purpose = 'member')
          AND (CAST(:before AS uuid) IS NULL OR (effective_at, transaction_id) < (
              SELECT effective_at, id FROM loyalty_transactions WHERE id = :before))
          AND effective_at <= coalesce(
              (SELECT effective_at FROM loyalty_transactions WHERE id = :before), 'infinity')
        ORDER BY effective_at DESC, transaction_id DESC LIMIT :limit
    ) e
    JOIN loyalty_transactions t ON t.id = e.transaction_id
    LEFT JOIN loyalty_remarks r ON r.transaction_id = t.id
    ORDER BY e.effective_at DESC, e.transaction_id DESC
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member has in one unit.

    :param balance: what can be spent (可用); below zero by what is owed.
    :param pending: what becomes spendable later (待生效).
    :param held: what lies on open holds (预留).
    :param soon: how much of the balance runs out within thirty days (即将过期).
    :param next_end: when the first of it runs out.
    """

    balance: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0
    soon: int = 0
    next_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a member's statement; ``change`` is what it did to the balance."""

    transaction_id: UUID
    kind: str
    amount: int
    shortfall: int
    source: str
    document: str | None
    at: datetime
    change: int
    remark: str | None


def standing(session: Session, unit: UnitFacts, customer_id: UUID, *, now: datetime) -> Standing:
    """Return what a member has now, though nobody has worked out yet what ran out since."""
    values = {"unit": unit.id, "customer": customer_id, "now": now, "soon": now + SOON}
    row = session.execute(_NOW, values).one_or_none()
    if row is None:
        return Standing()
    balance, debt = int(row.balance - row.ended + row.begun + row.back), row.debt
    if debt:
        balance, debt = _after_paying(session, values, debt)
    return Standing(
        balance=balance,
        pending=int(row.pending),
        held=row.held - int(row.over),
        debt=debt,
        soon=int(row.soon),
        next_end=row.next_end,
    )


def _after_paying(session: Session, values: dict[str, Any], debt: int) -> tuple[int, int]:
    """Return balance and debt of a member who owes: nothing of theirs can be spent before.

    What begins or comes back pays in its turn, also what has run out by now.
    """
    spendable = 0
    for comes in session.execute(_COMES, values):
        paid = min(debt, comes.amount)
        debt -= paid
        if comes.ends is None or comes.ends > values["now"]:
            spendable += comes.amount - paid
    return spendable - debt, debt


def balance_at(session: Session, unit: UnitFacts, customer_id: UUID, instant: datetime) -> int:
    """Return what a member could spend at a past instant: the sum of the entries up to it."""
    values = {"unit": unit.id, "customer": customer_id, "instant": instant}
    return int(session.execute(_THEN, values).scalar_one())


def statement(
    session: Session,
    unit: UnitFacts,
    customer_id: UUID,
    *,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """Return what moved a member's balance, the latest first.

    :param before: only what lies before this transaction, for the next page.
    """
    values = {"unit": unit.id, "customer": customer_id, "before": before, "limit": limit}
    return [_line(row) for row in session.execute(_LINES, values)]


def _line(row: Any) -> Line:
    return Line(
        row.id, row.kind, row.amount, row.shortfall, row.source, row.document,
        row.effective_at, row.change, row.remark,
    )  # fmt: skip
