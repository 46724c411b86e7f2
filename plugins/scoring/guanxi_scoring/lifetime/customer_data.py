"""A person's data: the lifetime score, and the sides of thresholds; both are derived.

A merge removes what is about the merged customer. Whoever is left, or is two again, is scored
anew when the event comes: by then the touchpoints have moved.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi_scoring.models import LifetimeScore, ThresholdSide

KEY: Final = "lifetime"


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return the score and which thresholds are met."""
    table = LifetimeScore.__table__
    row = session.execute(select(table).where(table.c.customer_id == customer_id)).mappings()
    found: dict[str, Any] = {}
    for one in row:
        found["score"] = {name: value for name, value in one.items() if name != "customer_id"}
    sides = session.scalars(
        select(ThresholdSide)
        .where(ThresholdSide.customer_id == customer_id)
        .order_by(ThresholdSide.threshold)
    )
    told = [{"threshold": s.threshold, "is_met": s.is_met, "since": s.since} for s in sides]
    if told:
        found["thresholds"] = told
    return found or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove the score and the sides of a customer."""
    for model in (LifetimeScore, ThresholdSide):
        session.execute(delete(model).where(model.customer_id == customer_id))


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> None:  # noqa: ARG001 -- the contract of parts
    """Remove what is about the merged customer."""
    erase(session, merged_id)


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> None:
    """Give nothing back: both are scored when the event comes."""
