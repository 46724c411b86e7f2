"""Recompute the balances of cards and say which do not fit (对账). Reads only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_WRONG = text(
    """
    SELECT c.id FROM loyalty_gift_cards c
    LEFT JOIN (SELECT card_id, sum(amount) AS total FROM loyalty_gift_activities
        GROUP BY card_id) a ON a.card_id = c.id
    WHERE c.programme_id = :programme AND c.balance <> coalesce(a.total, 0)
    UNION
    SELECT p.card_id FROM loyalty_gift_activities p
    JOIN loyalty_gift_activities r ON r.refunds_id = p.id
    WHERE p.programme_id = :programme GROUP BY p.id HAVING sum(r.amount) > -min(p.amount)
    LIMIT 20
    """
)


def verify_cards(session: Session, programme_id: UUID) -> Sequence[UUID]:
    """Return cards whose balance is not the sum of their activities, or that got back too much."""
    return list(session.execute(_WRONG, {"programme": programme_id}).scalars())
