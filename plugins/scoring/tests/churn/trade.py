"""People and when they came, written straight into the core's tables: no events, no delivery."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Touchpoint, new_id


def add_people(session: Session, count: int, *, at: datetime, **more: Any) -> list[UUID]:
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
            **more,
        }
        for number, one in enumerate(ids)
    ]
    session.execute(insert(Customer), rows)
    return ids


def came(customer_id: UUID, at: datetime, **more: Any) -> dict[str, Any]:
    """Return the row of one touchpoint, a purchase of 10 pounds unless said otherwise."""
    row = {
        "id": new_id(),
        "customer_id": customer_id,
        "channel": "store",
        "kind": "purchase",
        "direction": "in",
        "occurred_at": at,
        "amount": Decimal(10),
        "currency": "GBP",
        "state": "recorded",
        "created_at": at,
        "updated_at": at,
    }
    return {**row, **more}


def add(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write touchpoints."""
    found = list(rows)
    if found:
        session.execute(insert(Touchpoint), found)


def days_before(customer_id: UUID, now: datetime, days: Sequence[float]) -> list[dict[str, Any]]:
    """Return purchases so many days before ``now``."""
    return [came(customer_id, now - timedelta(days=one)) for one in days]
