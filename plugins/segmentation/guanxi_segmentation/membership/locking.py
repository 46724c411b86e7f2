"""Locks: one edit of definitions at a time, one evaluation of a customer at a time.

Whoever evaluates single customers shares an advisory lock and locks their rows of ``states``; a
rebuild of everybody has that lock for itself. So nothing is worked out twice at the same time.
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_DEFINITIONS: Final = 0x5345_474D_0001
_EVALUATION: Final = 0x5345_474D_0002
"""Numbers of our own below those of the core, which are hashes of names."""

_ALONE = text("SELECT pg_advisory_xact_lock(:key)")
_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)")
_PATIENCE = text("SELECT set_config('lock_timeout', :patience, true)")
_ENSURE = text(
    """
    INSERT INTO segmentation_states (customer_id)
    SELECT id FROM customers
    WHERE id = ANY(CAST(:ids AS uuid[])) AND merged_into IS NULL AND erased_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM segmentation_states s WHERE s.customer_id = customers.id)
    ORDER BY id
    ON CONFLICT DO NOTHING
    """
)
_LOCK = text(
    """
    SELECT s.customer_id, s.next_check_at FROM segmentation_states s
    WHERE s.customer_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY s.customer_id FOR UPDATE
    """
)


def edit_definitions(session: Session) -> None:
    """Wait until nobody else edits segments, and keep others from it until the commit."""
    session.execute(_ALONE, {"key": _DEFINITIONS})


def share_evaluation(session: Session) -> None:
    """Wait until no rebuild of everybody is going on, and keep one from starting."""
    session.execute(_SHARED, {"key": _EVALUATION})


def own_evaluation(session: Session) -> None:
    """Wait until nobody evaluates customers, and keep others from it until the commit."""
    session.execute(_ALONE, {"key": _EVALUATION})
