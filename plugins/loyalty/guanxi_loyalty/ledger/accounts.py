"""Members' accounts, locked: whoever holds the lock is alone with them until the commit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, new_id, send
from guanxi_loyalty.ledger.arrays import by_number, column
from guanxi_loyalty.ledger.lots import FEW, LotState
from guanxi_loyalty.ledger.units import UnitFacts
from guanxi_loyalty.texts import N_

_LOCK = """
    SELECT a.id, a.customer_id, a.balance, a.held, a.debt, a.next_due_at, a.active_at, p.state,
        p.version
    FROM loyalty_accounts a, loyalty_units u, loyalty_programmes p
    WHERE a.unit_id = %s AND a.customer_id = ANY(%s::uuid[]) AND a.purpose = 'member'
      AND u.id = a.unit_id AND p.id = u.programme_id
    ORDER BY a.id FOR UPDATE OF a
    """
_LOCK_ONE = _LOCK.replace("= ANY(%s::uuid[])", "= %s")
"""For one customer: the server keeps the plan of this one, and makes the other's anew each time."""
_OPEN_ONE = "SELECT * FROM loyalty_open(%s, %s, %s, %s)"
"""See the migration."""
_OPEN = """
    INSERT INTO loyalty_accounts (id, unit_id, purpose, customer_id)
    SELECT new.id, %s, 'member', new.customer
    FROM unnest(%s::uuid[], %s::uuid[]) AS new (id, customer)
    ON CONFLICT DO NOTHING
    """


class Changed(Exception):
    """The programme is not any more what the unit's facts say; they have to be read again."""


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
    lots: list[LotState] | None = None
    """The first open lots, in the order of spending; None where they have to be read (again)."""

    def due_by(self, instant: datetime | None) -> None:
        """Note that something is due at ``instant``."""
        if instant is not None and (self.next_due_at is None or instant < self.next_due_at):
            self.next_due_at = instant


def lock(
    session: Session, unit: UnitFacts, customers: Collection[UUID]
) -> dict[UUID, AccountState]:
    """Return the customers' accounts, opened where they have none, and locked in one order.

    :raises Conflict: the programme is paused, or read-only since its ledger failed the check.
    :raises Changed: the programme has changed since ``unit`` was read.
    """
    wanted = list(dict.fromkeys(customers))
    rows = _locked(session, unit, wanted)
    if len(rows) < len(wanted):
        missing = sorted(set(wanted) - {row[1] for row in rows}, key=by_number)
        send(session, _OPEN, (unit.id, column([new_id() for _ in missing]), column(missing)))
        rows = _locked(session, unit, wanted)
    return {row[1]: _state(unit, *row) for row in rows}


def lock_one(
    session: Session, unit: UnitFacts, customer: UUID, key: str, *, lots: bool
) -> tuple[AccountState, tuple[Any, ...] | None]:
    """As :func:`lock` for one customer; return also the transaction of that key, if there is one.

    :param lots: read the open lots in the same journey.
    """
    values = (unit.id, customer, key, FEW if lots else 0)
    rows = send(session, _OPEN_ONE, values).fetchall()
    if not rows:
        lock(session, unit, [customer])
        rows = send(session, _OPEN_ONE, values).fetchall()
    account = _state(unit, *rows[0][:9])
    if lots:
        account.lots = [LotState(*row[15:]) for row in rows if row[15] is not None]
    return account, rows[0][9:15] if rows[0][9] is not None else None


def _locked(session: Session, unit: UnitFacts, wanted: list[UUID]) -> list[Any]:
    statement, which = (_LOCK_ONE, wanted[0]) if len(wanted) == 1 else (_LOCK, column(wanted))
    rows: list[Any] = send(session, statement, (unit.id, which)).fetchall()
    return rows


def _state(unit: UnitFacts, *row: Any) -> AccountState:
    *account, state, version = row
    if state == "read_only":
        raise Conflict(
            N_("The ledger failed its check, so nothing is written until an admin has looked.")
        )
    if state == "paused":
        raise Conflict(N_("The programme is paused."))
    if version != unit.version:
        raise Changed
    return AccountState(*account)
