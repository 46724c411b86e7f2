"""Locks: one edit of definitions at a time, one evaluation of a customer at a time.

Whoever evaluates some customers shares an advisory lock and locks their rows of ``states``, a batch
of a rebuild too; what looks at everybody at once has that lock for itself. So nothing is worked
out twice at the same time.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_DEFINITIONS: Final = 0x5345_474D_0001
_EVALUATION: Final = 0x5345_474D_0002
_NEW_STATES: Final = 0x5345_474D_0003
"""Numbers of our own; those of the core are hashes of names, or lie higher."""
PATIENCE: Final = "50s"
"""So long a delivery waits for a rebuild; then it leaves the events for the next try."""

_ALONE = text("SELECT pg_advisory_xact_lock(:key)")
_SHARED = text(
    "SELECT set_config('lock_timeout', :patience, true), "
    "set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'on', true), "
    "pg_advisory_xact_lock_shared(:key)"
)
"""It takes back what :data:`OPEN` says about plans, too."""
OPEN: Final = """
    WITH shared AS MATERIALIZED (
        SELECT set_config('lock_timeout', :patience, true),
               set_config('plan_cache_mode', 'force_generic_plan', true),
               set_config('enable_seqscan', 'off', true),
               pg_advisory_xact_lock_shared(:key)
    )
    SELECT s.customer_id, s.next_check_at, s.checked_at FROM shared, segmentation_states s
    WHERE s.customer_id = ANY(CAST(:ids AS uuid[])) ORDER BY s.customer_id FOR UPDATE OF s
    """
"""As :func:`share_evaluation` and :func:`lock_states`, for customers of whom states are there.

The lock of all comes before those of rows, for these come out of the join. Statements that follow
keep their plans, and go by the indexes however few rows there were when the plans were made.
"""
_TRY_SHARED = text("SELECT pg_try_advisory_xact_lock_shared(:key)")
_ENSURE = text(
    """
    INSERT INTO segmentation_states (customer_id)
    SELECT id FROM customers c
    WHERE id = ANY(CAST(:ids AS uuid[])) AND merged_into IS NULL AND erased_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM segmentation_states s WHERE s.customer_id = c.id)
    ORDER BY id ON CONFLICT DO NOTHING
    """
)
_ALONGSIDE = text("SELECT pg_advisory_xact_lock_shared(:key)")
_LOCK = text(
    """
    SELECT s.customer_id, s.next_check_at, s.checked_at FROM segmentation_states s
    WHERE s.customer_id = ANY(CAST(:ids AS uuid[])) ORDER BY s.customer_id FOR UPDATE
    """
)


def opening(customers: Collection[UUID]) -> dict[str, Any]:
    """Return the parameters of :data:`OPEN`."""
    return {"key": _EVALUATION, "patience": PATIENCE, "ids": list(customers)}


class Stored(NamedTuple):
    """What the state of a customer says about instants; this transaction has locked it."""

    customer_id: UUID
    next_check_at: datetime | None
    checked_at: datetime | None


Locked = Mapping[UUID, Stored]


def edit_definitions(session: Session) -> None:
    """Wait until nobody else edits segments, and keep others from it until the commit."""
    session.execute(_ALONE, {"key": _DEFINITIONS})


def share_evaluation(session: Session) -> None:
    """Wait until no rebuild of everybody is going on, and keep one from starting."""
    session.execute(_SHARED, {"key": _EVALUATION, "patience": PATIENCE})


def try_share_evaluation(session: Session) -> bool:
    """As :func:`share_evaluation`, but return False at once where a rebuild is going on."""
    return bool(session.execute(_TRY_SHARED, {"key": _EVALUATION}).scalar_one())


def own_evaluation(session: Session) -> None:
    """Wait until nobody evaluates customers, and keep others from it until the commit."""
    session.execute(_ALONE, {"key": _EVALUATION})


def lock_states(session: Session, customers: Collection[UUID]) -> Locked:
    """Lock the states of customers, in the order of their ids; missing ones are made.

    Merged and erased customers are not among the answer.
    """
    ids = {"ids": [str(one) for one in customers]}
    locked = _lock(session, ids)
    if len(locked) < len(set(customers)):
        session.execute(_ALONGSIDE, {"key": _NEW_STATES})
        session.execute(_ENSURE, ids)
        locked = _lock(session, ids)
    return locked


def _lock(session: Session, ids: Mapping[str, list[str]]) -> Locked:
    return {row[0]: Stored(*row) for row in session.execute(_LOCK, ids)}


def lock_pair(session: Session, one: UUID, other: UUID) -> None:
    """Lock the states that two customers have, without waiting for a rebuild."""
    session.execute(_LOCK, {"ids": [str(one), str(other)]})


def make_states(session: Session) -> None:
    """Wait until nobody else makes states, and keep others from it until the commit.

    Whoever calls it has locked all states that are there, and makes those that are missing.
    """
    session.execute(_ALONE, {"key": _NEW_STATES})
