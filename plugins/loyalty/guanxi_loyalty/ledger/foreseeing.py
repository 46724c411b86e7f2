"""What taking a transaction back would do (试算): told by doing it and comparing before and after.

The caller leaves no trace of the transaction afterwards, so that telling changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.posting import Ask
from guanxi_loyalty.ledger.reading import standing
from guanxi_loyalty.ledger.reversing import reverse

_LOTS = text(
    """
    SELECT l.id, l.remaining, l.expires_at FROM loyalty_lots l
    JOIN loyalty_accounts a ON a.id = l.account_id
    WHERE a.unit_id = :unit AND a.customer_id = :customer
    """
)
_LEFT = text(
    """
    SELECT t.id, t.amount - coalesce((SELECT sum(r.amount + r.shortfall) FROM loyalty_transactions r
        WHERE r.reverses_id = t.id AND r.kind = 'reverse'), 0) AS left
    FROM loyalty_transactions t WHERE t.id = ANY(:ids)
    """
)


@dataclass(frozen=True, slots=True)
class LotChange:
    """What happens to one lot: below zero it loses units."""

    change: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen. ``mark`` is another one as soon as anything of it is another."""

    moved: int
    shortfall: int
    balance: tuple[int, int]
    debt: tuple[int, int]
    pending: tuple[int, int]
    lots: tuple[LotChange, ...]
    replayed: bool = False
    """It was done before, under the same key."""

    @property
    def mark(self) -> str:
        """Return what tells this outcome from another."""
        numbers = (self.moved, self.shortfall, *self.balance, *self.debt, *self.pending)
        return ".".join(map(str, numbers))


def reverse_and_tell(
    session: Session, ask: Ask, customer_id: UUID, transaction_id: UUID, amount: int | None
) -> Foreseen:
    """Take a transaction back, and tell what that changed.

    :raises NotFound, Refused, Conflict: as :func:`reverse`.
    """
    who: dict[str, Any] = {"unit": ask.unit.id, "customer": customer_id}
    had = standing(session, ask.unit, customer_id, now=ask.now)
    before = {row.id: row.remaining for row in session.execute(_LOTS, who)}
    receipt = reverse(session, ask, transaction_id, amount, customer_id=customer_id)
    has = standing(session, ask.unit, customer_id, now=ask.now)
    lots = [
        LotChange(row.remaining - before.get(row.id, 0), row.expires_at)
        for row in session.execute(_LOTS, who)
        if row.remaining != before.get(row.id, 0)
    ]
    return Foreseen(
        moved=receipt.amount,
        shortfall=receipt.shortfall,
        balance=(had.balance, has.balance),
        debt=(had.debt, has.debt),
        pending=(had.pending, has.pending),
        replayed=receipt.replayed,
        lots=tuple(
            sorted(lots, key=lambda one: (one.expires_at is None, one.expires_at or ask.now))
        ),
    )


def left_of_each(session: Session, transaction_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how much of each transaction was not taken back yet."""
    if not transaction_ids:
        return {}
    rows = session.execute(_LEFT, {"ids": list(transaction_ids)})
    return {row.id: int(row.left) for row in rows}
