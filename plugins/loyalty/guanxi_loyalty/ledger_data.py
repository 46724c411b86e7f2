"""What the ledger holds about a customer: handed out, erased, moved when customers are merged."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import write_context
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, UnitFacts, units_of
from guanxi_loyalty.ledger.reading import standing, statement

MOST_LINES = 100_000
_HAS = text(
    "SELECT 1 FROM loyalty_accounts WHERE unit_id = :unit AND customer_id = ANY(:customers) LIMIT 1"
)


def export(session: Session, customer_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """Return balances and every line of a customer, by programme and unit."""
    found = {}
    for unit in _units(session, customer_id):
        lines = statement(session, unit, customer_id, limit=MOST_LINES)
        found[f"{unit.programme}.{unit.key}"] = {
            "balance": standing(session, unit, customer_id, now=now).balance,
            "lines": [
                {
                    "at": line.at,
                    "kind": line.kind,
                    "change": line.change,
                    "source": line.source,
                    "remark": line.remark,
                }
                for line in lines
            ],
        }
    return found or None


def erase(session: Session, customer_id: UUID, *, now: datetime) -> None:
    """Write off what the customer has, and forget what was written about it."""
    for unit in _units(session, customer_id):
        ledger.erase(session, _ask(session, unit, f"erase:{customer_id}", now), customer_id)


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> list[str]:
    """Bring what ``merged_id`` has to ``kept_id``; return the units in which it had anything."""
    moved = []
    for unit in _units(session, merged_id):
        key = f"merge:{merged_id}:{now.isoformat()}"
        ledger.merge(session, _ask(session, unit, key, now), kept_id, merged_id)
        moved.append(f"{unit.programme}.{unit.key}")
    return moved


def unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, moved: list[str], *, now: datetime
) -> None:
    """Give back what is left of it."""
    for unit in _units(session, kept_id):
        if f"{unit.programme}.{unit.key}" in moved:
            key = f"unmerge:{merged_id}:{now.isoformat()}"
            ledger.unmerge(session, _ask(session, unit, key, now), kept_id, merged_id)


def _units(session: Session, customer_id: UUID) -> list[UnitFacts]:
    return [
        unit
        for unit in units_of(session)
        if session.execute(_HAS, {"unit": unit.id, "customers": [customer_id]}).first()
    ]


def _ask(session: Session, unit: UnitFacts, key: str, now: datetime) -> Ask:
    actor = write_context(session).actor.name
    return Ask(unit=unit, key=key, now=now, source="customers", actor=actor)
