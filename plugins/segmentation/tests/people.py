"""People and what they did, written straight into the core's tables: no events, no delivery."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Touchpoint, new_id


def add_people(session: Session, count: int, *, at: datetime) -> list[UUID]:
    """Add so many customers; return their ids."""
    ids = [new_id() for _ in range(count)]
    rows = [
        {
            "id": one,
            "kind": "person",
            "display_name": f"P{number}",
            "sort_name": f"p{number}",
            "created_at": at,
            "updated_at": at,
        }
        for number, one in enumerate(ids)
    ]
    if rows:
        session.execute(insert(Customer), rows)
    return ids


def touch(customer_id: UUID, occurred_at: datetime, **more: Any) -> dict[str, Any]:
    """Return the row of one touchpoint, a purchase in the store unless said otherwise."""
    amount = more.pop("amount", None)
    row = {
        "id": new_id(),
        "customer_id": customer_id,
        "channel": "store",
        "kind": "purchase",
        "direction": "in",
        "occurred_at": occurred_at,
        "outcome": None,
        "amount": None if amount is None else Decimal(amount),
        "currency": None if amount is None else more.pop("currency", "GBP"),
        "state": "recorded",
        "created_at": occurred_at,
        "updated_at": occurred_at,
    }
    return {**row, **more}


def buy(customer_id: UUID, now: datetime, days_ago: float, amount: Any) -> dict[str, Any]:
    """Return the row of a purchase some days ago."""
    return touch(customer_id, now - timedelta(days=days_ago), amount=amount)


def add_touchpoints(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Write touchpoints."""
    found = list(rows)
    if found:
        session.execute(insert(Touchpoint), found)
