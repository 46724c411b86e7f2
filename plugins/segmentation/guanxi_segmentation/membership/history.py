"""Stays in segments: of one customer, and of everybody at a past instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.finding import KINDS
from guanxi_segmentation.models import Membership, Segment


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a customer in a segment that people made."""

    segment: Segment
    membership: Membership


def stays_of(session: Session, customer_id: UUID, *, limit: int = 200) -> Sequence[Stay]:
    """Return the stays of a customer, those that last first, then the latest."""
    rows = session.execute(
        select(Segment, Membership)
        .join(Membership, Membership.segment_id == Segment.id)
        .where(Membership.customer_id == customer_id, Segment.kind.in_(KINDS))
        .order_by(
            Membership.left_at.is_not(None), Membership.entered_at.desc(), Membership.id.desc()
        )
        .limit(limit)
    )
    return [Stay(segment, membership) for segment, membership in rows]


def members_at(
    session: Session, key: str, at: datetime, *, after: UUID | None = None, limit: int = 100
) -> Sequence[UUID]:
    """Return who was in a segment at an instant, by id, within the session's sight."""
    query = _at(session, key, at, Customer.id).order_by(Customer.id).limit(limit)
    if after is not None:
        query = query.where(Customer.id > after)
    return session.scalars(query).all()


def count_at(session: Session, key: str, at: datetime) -> int:
    """Return how many were in a segment at an instant, within the session's sight."""
    found: int = session.scalars(_at(session, key, at, func.count(Customer.id))).one()
    return found


def _at(session: Session, key: str, at: datetime, column: Any) -> Select[Any]:
    segment = segments.get(session, key)
    return (
        select(column)
        .select_from(Customer)
        .join(Membership, Membership.customer_id == Customer.id)
        .where(
            Membership.segment_id == segment.id,
            Membership.entered_at <= at,
            or_(Membership.left_at.is_(None), Membership.left_at > at),
        )
    )
