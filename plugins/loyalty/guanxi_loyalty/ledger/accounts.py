"""Members' accounts, locked: whoever holds the lock is alone with them until the commit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, new_id
from guanxi_loyalty.ledger.units import UnitFacts
from guanxi_loyalty.texts import N_

_LOCK = text(
    """
    SELECT a.id, a.customer_id, a.balance, a.held, a.debt, a.next_due_at, a.active_at, p.state
    FROM loyalty_accounts a, loyalty_units u, loyalty_programmes p
    WHERE a.unit_id = :unit AND a.customer_id = ANY(:customers) AND a.purpose = 'member'
      AND u.id = a.unit_id AND p.id = u.programme_id
    ORDER BY a.id FOR UPDATE OF a
    """
)
_OPEN = text(
    """
    INSERT INTO loyalty_accounts (id, unit_id, purpose, customer_id)
    SELECT new.id, :unit, 'member', new.customer
    FROM unnest(CAST(:ids AS uuid[]), CAST(:customers AS uuid[])) AS new (id, customer)
    ON CONFLICT DO NOTHING
    """
)


@dataclass(slots=True)
class AccountState:
    """A locked account as it stands; commands change it and ``write`` stores it."""

    id: UUID
    customer_id: UUID
    balance: int
    held: int
    debt: int
    next_due_at: datetime | None
    active_at: datetime | None

    def due_by(self, instant: datetime | None) -> None:
        """Note that something is due at ``instant``."""
        if instant is not None and (self.next_due_at is None or instant < self.next_due_at):
            self.next_due_at = instant


def lock(
    session: Session, unit: UnitFacts, customers: Collection[UUID]
) -> dict[UUID, AccountState]:
    """Return the customers' accounts, opened where they have none, and locked in one order.

    :raises Conflict: the programme is paused, or read-only since its ledger failed the check.
    """
    wanted = list(dict.fromkeys(customers))
    rows = session.execute(_LOCK, {"unit": unit.id, "customers": wanted}).all()
    if len(rows) < len(wanted):
        missing = sorted(set(wanted) - {row.customer_id for row in rows})
        ids = [new_id() for _ in missing]
        session.execute(_OPEN, {"unit": unit.id, "ids": ids, "customers": missing})
        rows = session.execute(_LOCK, {"unit": unit.id, "customers": wanted}).all()
    return {row.customer_id: _state(row) for row in rows}


def _state(row: Any) -> AccountState:
    if row.state == "read_only":
        raise Conflict(
            N_("The ledger failed its check, so nothing is written until an admin has looked.")
        )
    if row.state == "paused":
        raise Conflict(N_("The programme is paused."))
    return AccountState(
        row.id, row.customer_id, row.balance, row.held, row.debt, row.next_due_at, row.active_at
    )
