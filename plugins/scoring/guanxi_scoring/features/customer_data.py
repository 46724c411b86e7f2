"""A person's data: the summary of purchases. It is derived, so a merge only removes it.

Whoever is left, or is two again, is summed up anew when the event comes: by then the touchpoints
have moved.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_scoring.features import summaries
from guanxi_scoring.models import PurchaseSummary

KEY: Final = "purchases"


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return the summary."""
    table = PurchaseSummary.__table__
    row = session.execute(select(table).where(table.c.customer_id == customer_id)).mappings()
    for one in row:
        return {name: value for name, value in one.items() if name != "customer_id"}
    return None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove the summary of a customer."""
    summaries.forget(session, customer_id)


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> None:  # noqa: ARG001 -- the contract of parts
    """Remove what is about the merged customer."""
    summaries.forget(session, merged_id)


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> None:
    """Give nothing back: both are summed up when the event comes."""
