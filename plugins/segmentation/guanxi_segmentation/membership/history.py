"""Stays in segments: of one customer, and of everybody at a past instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Membership, Segment


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a customer in a segment that people made."""

    segment: Segment
    membership: Membership


def stays_of(session: Session, customer_id: UUID, *, limit: int = 200) -> Sequence[Stay]:
    """Return the stays of a customer, those that last first, then the latest."""
    raise NotImplementedError


def members_at(
    session: Session, key: str, at: datetime, *, after: UUID | None = None, limit: int = 100
) -> Sequence[UUID]:
    """Return who was in a segment at an instant, by id, within the session's sight."""
    raise NotImplementedError


def count_at(session: Session, key: str, at: datetime) -> int:
    """Return how many were in a segment at an instant."""
    raise NotImplementedError
