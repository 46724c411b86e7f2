"""What whoever asks may see of segments: counts of customers within sight, attributes allowed."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, attributes_of, current, customers
from guanxi_segmentation.membership import counts
from guanxi_segmentation.models import Membership


def sees_all() -> bool:
    """Say whether the row rule of whoever asks lets them see every customer."""
    return current.principal().scope == "all"


def may_look() -> bool:
    """Say whether whoever looks may see segments and values; nobody at all hides nothing."""
    person = current.principal_or_none()
    return person is None or person.may("segmentation.view")


def visible_attributes(session: Session) -> dict[str, Attribute]:
    """Return the attributes that whoever asks may see, by key."""
    may = current.principal().may
    known = attributes_of(session).items()
    return {key: one for key, one in known if one.permission is None or may(one.permission)}


def member_counts(session: Session, segment_id: UUID | None = None) -> Mapping[UUID, int]:
    """Return how many members within sight the segments have, by id.

    :param segment_id: only of this one.
    """
    if sees_all():
        return counts.members(session)
    within = customers.in_sight(session, Membership.customer_id)
    found = (
        select(Membership.segment_id, func.count())
        .where(Membership.left_at.is_(None), within)
        .group_by(Membership.segment_id)
    )
    if segment_id is not None:
        found = found.where(Membership.segment_id == segment_id)
    return {row[0]: row[1] for row in session.execute(found)}
