"""A person's data: the potential, which is derived: after a merge the event brings it anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi_scoring.models import Potential

KEY: Final = "potential"


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return what is expected beyond what the customer brings."""
    table = Potential.__table__
    row = (
        session.execute(select(table).where(table.c.customer_id == customer_id)).mappings().first()
    )
    return None if row is None else {k: v for k, v in row.items() if k != "customer_id"}


def erase(session: Session, customer_id: UUID) -> None:
    """Remove the potential of a customer."""
    session.execute(delete(Potential).where(Potential.customer_id == customer_id))


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
    """Give nothing back: both are worked out when the event comes."""
