"""A person's data: what is recommended to them, and what was offered.

Recommendations are derived: who is left after a merge, or is two again, is worked out anew when
the event comes. Offers are what happened; they move, and go back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guanxi_scoring.models import NextProduct, Offer

KEY: Final = "products"


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return what is recommended, with why, and what was offered."""
    found: dict[str, Any] = {}
    for name, table, order in (
        ("recommended", NextProduct.__table__, NextProduct.rank),
        ("offers", Offer.__table__, Offer.at),
    ):
        rows = session.execute(
            select(table).where(table.c.customer_id == customer_id).order_by(order)
        ).mappings()
        told = [{key: value for key, value in row.items() if key not in _INNER} for row in rows]
        if told:
            found[name] = told
    return found or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove what is recommended and was offered."""
    for model in (NextProduct, Offer):
        session.execute(delete(model).where(model.customer_id == customer_id))


def merge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    *,
    now: datetime,  # noqa: ARG001 -- the contract of parts
) -> dict[str, Any]:
    """Hand offers over; return which."""
    moved = session.scalars(
        update(Offer)
        .where(Offer.customer_id == merged_id)
        .values(customer_id=kept_id)
        .returning(Offer.id)
    )
    undo = {"offers": sorted(str(one) for one in moved)}
    session.execute(delete(NextProduct).where(NextProduct.customer_id == merged_id))
    session.expire_all()
    return undo


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,  # noqa: ARG001 -- the contract of parts
) -> None:
    """Give offers back."""
    offers = [UUID(one) for one in (undo or {}).get("offers", ())]
    session.execute(
        update(Offer)
        .where(Offer.id.in_(offers), Offer.customer_id == kept_id)
        .values(customer_id=merged_id)
    )
    session.expire_all()


_INNER: Final = frozenset({"customer_id", "model_id", "id"})
