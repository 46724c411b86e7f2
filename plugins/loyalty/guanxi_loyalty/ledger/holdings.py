"""The lots and holds of one member (积分批次, 预留), as they are at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.units import UnitFacts
from guanxi_loyalty.moments import idle_at

_LOTS = text(
    """
    SELECT l.id, l.transaction_id, l.amount, l.remaining, l.earned_at, l.activates_at,
        l.expires_at, t.kind, t.source, t.document
    FROM loyalty_accounts a JOIN loyalty_lots l ON l.account_id = a.id AND l.remaining > 0
    JOIN loyalty_transactions t ON t.id = l.transaction_id
    WHERE a.unit_id = :unit AND a.customer_id = :customer
      AND (l.expires_at IS NULL OR l.expires_at > :now)
    ORDER BY l.expires_at, l.earned_at, l.id LIMIT :limit
    """
)
_HOLDS = text(
    """
    SELECT h.id, h.amount, h.expires_at, t.effective_at, t.source, t.document
    FROM loyalty_accounts a JOIN loyalty_holds h ON h.account_id = a.id
    JOIN loyalty_transactions t ON t.id = h.id
    WHERE a.unit_id = :unit AND a.customer_id = :customer
      AND (:every OR h.state = 'open' AND h.expires_at > :now)
    ORDER BY h.expires_at, h.id
    """
)
_ACTIVE = text(
    "SELECT active_at FROM loyalty_accounts WHERE unit_id = :unit AND customer_id = :customer"
)


@dataclass(frozen=True, slots=True)
class LotLine:
    """Units earned together that have something left, with what they came from."""

    id: UUID
    transaction_id: UUID
    amount: int
    remaining: int
    earned_at: datetime
    activates_at: datetime
    expires_at: datetime | None
    kind: str
    source: str
    document: str | None


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Units set aside, since when and until when."""

    id: UUID
    amount: int
    expires_at: datetime
    since: datetime
    source: str
    document: str | None


def lots_of(
    session: Session, unit: UnitFacts, customer_id: UUID, *, now: datetime, limit: int = 100
) -> Sequence[LotLine]:
    """Return what a member has, lot by lot: what is spent first comes first."""
    idle = idle_of(session, unit, customer_id)
    if idle is not None and idle <= now:
        return []
    values = {"unit": unit.id, "customer": customer_id, "now": now, "limit": limit}
    return [LotLine(*row) for row in session.execute(_LOTS, values)]


def holds_of(
    session: Session, unit: UnitFacts, customer_id: UUID, *, now: datetime, every: bool = False
) -> Sequence[HoldLine]:
    """Return what is set aside, what is given back first comes first.

    :param every: also what was taken or given back already.
    """
    values = {"unit": unit.id, "customer": customer_id, "now": now, "every": every}
    return [HoldLine(*row) for row in session.execute(_HOLDS, values)]


def idle_of(session: Session, unit: UnitFacts, customer_id: UUID) -> datetime | None:
    """Return when everything runs out unless the member does something; None: not by idleness."""
    values: dict[str, Any] = {"unit": unit.id, "customer": customer_id}
    active: datetime | None = session.execute(_ACTIVE, values).scalar_one_or_none()
    return None if active is None else idle_at(unit.policies.expiry, active, unit.zone)
