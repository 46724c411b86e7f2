"""Let all members leave a segment, and take its key out of where customers stand."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from guanxi_segmentation.models import Membership, Segment

_LEAVE = text(
    """
    WITH gone AS (
        UPDATE segmentation_memberships
        SET left_at = greatest(:at, entered_at), left_cause = :cause
        WHERE segment_id = :id AND left_at IS NULL RETURNING customer_id
    )
    INSERT INTO segmentation_member_deltas (segment_id, delta)
    SELECT :id, -count(*) FROM gone HAVING count(*) > 0
    """
)
_FORGET = text(
    """
    UPDATE segmentation_states
    SET segments = array_remove(segments, :key), hidden = array_remove(hidden, :key)
    WHERE segments @> ARRAY[:key] OR hidden @> ARRAY[:key]
    """
)


def clear(session: Session, segment: Segment, *, cause: str = "archived", now: datetime) -> None:
    """End all stays in ``segment``; nobody is told of it."""
    session.execute(_LEAVE, {"id": segment.id, "at": now, "cause": cause})
    session.execute(_FORGET, {"key": segment.key})


def forget_stays(session: Session, segments: Collection[UUID]) -> None:
    """Delete all stays in segments that are about to be deleted, and that this transaction locked.

    Whoever writes stays shares the lock until the commit, so none can come after.
    """
    session.execute(delete(Membership).where(Membership.segment_id.in_(segments)))
