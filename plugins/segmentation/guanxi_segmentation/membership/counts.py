"""How many customers are in each segment: always what counting them would give.

Workers note what they changed in rows of their own; the sweep sums these up into the segment.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from guanxi_segmentation.models import MemberDelta, Segment

_FOLD = text(
    """
    WITH gone AS (
        DELETE FROM segmentation_member_deltas d
        WHERE id = ANY(ARRAY(SELECT id FROM segmentation_member_deltas FOR UPDATE SKIP LOCKED))
        RETURNING segment_id, delta
    )
    UPDATE segmentation_segments s SET members = s.members + n.delta
    FROM (SELECT segment_id, sum(delta) AS delta FROM gone GROUP BY segment_id) n
    WHERE s.id = n.segment_id
    """
)


def members(session: Session) -> Mapping[UUID, int]:
    """Return the number of members by the segment's id."""
    since = func.coalesce(
        select(func.sum(MemberDelta.delta))
        .where(MemberDelta.segment_id == Segment.id)
        .scalar_subquery(),
        0,
    )
    rows = session.execute(select(Segment.id, Segment.members + since))
    return {segment_id: int(number) for segment_id, number in rows}


def of(session: Session, segment_id: UUID) -> int:
    """Return the number of members of one segment."""
    return members(session).get(segment_id, 0)


def fold(session: Session) -> None:
    """Sum up what workers noted since the last time."""
    session.execute(_FOLD)
