"""Who is to be looked at soon, as one of very many of whom something changed at once (积压).

Deliveries add to it and go on; the sweep takes many from it and works them out together. Whoever
takes somebody does so before looking, so what changes meanwhile stands in a row of its own.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import run_job

_ADD: Final = text(
    "INSERT INTO segmentation_waiting (customer_id) SELECT unnest(CAST(:ids AS uuid[]))"
)
_TAKE: Final = text(
    """
    DELETE FROM segmentation_waiting WHERE id = ANY(ARRAY(
        SELECT id FROM segmentation_waiting ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )) RETURNING customer_id
    """
)
_TAKE_SPAN: Final = text(
    """
    DELETE FROM segmentation_waiting WHERE id = ANY(ARRAY(
        SELECT id FROM segmentation_waiting
        WHERE (CAST(:first AS uuid) IS NULL OR customer_id >= :first)
          AND (CAST(:end AS uuid) IS NULL OR customer_id < :end)
        FOR UPDATE SKIP LOCKED
    ))
    """
)
_WAITING: Final = text("SELECT DISTINCT customer_id FROM segmentation_waiting")
_COUNT: Final = text("SELECT count(DISTINCT customer_id) FROM segmentation_waiting")


def add(session: Session, customers: Collection[UUID]) -> None:
    """Note that customers are to be looked at soon, and have the sweep queued."""
    session.execute(_ADD, {"ids": list(customers)})
    run_job(session, "segmentation", "sweep")


def put_back(session: Session, customers: Collection[UUID]) -> None:
    """Note customers again who were taken and cannot be looked at yet."""
    session.execute(_ADD, {"ids": list(customers)})


def take(session: Session, limit: int) -> tuple[set[UUID], bool]:
    """Return up to ``limit`` customers, who do not wait any more: the caller looks at them.

    And say whether more may wait.
    """
    found = session.scalars(_TAKE, {"limit": limit}).all()
    return set(found), len(found) == limit


def take_span(session: Session, first: UUID | None, end: UUID | None) -> None:
    """Let nobody of ``[first, end)`` wait any more: the caller looks at all of them."""
    session.execute(_TAKE_SPAN, {"first": first, "end": end})


def everybody(session: Session) -> set[UUID]:
    """Return all who wait."""
    return set(session.scalars(_WAITING))


def size(session: Session) -> int:
    """Return how many customers wait."""
    found: int = session.scalars(_COUNT).one()
    return found
