"""What the customer was when answering (作答时的客户属性), as the survey's options name it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, attributes_of
from guanxi_surveys.answering.definitions import Asked


def snapshot(session: Session, asked: Asked, customer_id: UUID | None) -> dict[str, Any]:
    """Return the chosen attributes of a customer, those that are there; of nobody none."""
    chosen: Sequence[str] = asked.options.get("attributes") or ()
    if customer_id is None or asked.anonymous or not chosen:
        return {}
    known = attributes_of(session)
    found = [known[key] for key in chosen if key in known]
    return _read(session, customer_id, found) if found else {}


def _read(session: Session, customer_id: UUID, wanted: Sequence[Attribute]) -> dict[str, Any]:
    query: Select[*tuple[Any, ...]] = select(
        *(one.sql().label(f"a{place}") for place, one in enumerate(wanted))
    )
    query = query.select_from(Customer)
    for table, on in {
        id(one.join): (one.join, one.on) for one in wanted if one.join is not None
    }.values():
        query = query.outerjoin(table, on)
    row = session.execute(query.where(Customer.id == customer_id)).first()
    if row is None:
        return {}
    return {one.key: _plain(value) for one, value in zip(wanted, row, strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
