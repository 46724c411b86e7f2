"""Read touchpoints: one, or a filtered list, newest first, page by page without counting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from guanxi.touchpoints.domain.faults import no_such_touchpoint
from guanxi.touchpoints.models import Touchpoint

Place = tuple[datetime, UUID]
"""Where a page ended: occurred_at and id of its last touchpoint."""

_EQUAL: Final = (
    "customer_id",
    "kind",
    "channel",
    "direction",
    "outcome",
    "staff_id",
    "source",
    "external_id",
    "state",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which touchpoints are wanted; None means any. ``until`` itself is not included."""

    customer_id: UUID | None = None
    kind: str | None = None
    channel: str | None = None
    direction: str | None = None
    outcome: str | None = None
    staff_id: UUID | None = None
    source: str | None = None
    external_id: str | None = None
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def get(session: Session, touchpoint_id: UUID) -> Touchpoint:
    """Return one touchpoint.

    :raises NoSuchTouchpoint: nothing of that id in sight.
    """
    found = session.scalars(select(Touchpoint).where(Touchpoint.id == touchpoint_id)).one_or_none()
    if found is None:
        raise no_such_touchpoint()
    return found


def newest(
    session: Session, filters: Filters, *, before: Place | None = None, limit: int
) -> Sequence[Touchpoint]:
    """Return up to ``limit`` touchpoints below ``before``, newest first."""
    query = (
        select(Touchpoint)
        .where(*_conditions(filters))
        .order_by(Touchpoint.occurred_at.desc(), Touchpoint.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(tuple_(Touchpoint.occurred_at, Touchpoint.id) < before)
    return session.scalars(query).all()


def timeline(
    session: Session,
    customer_id: UUID,
    before: Place | None = None,
    filters: Filters | None = None,
    limit: int = 30,
) -> Sequence[Touchpoint]:
    """Return a page of one customer's touchpoints, newest first, voided ones included."""
    wanted = replace(filters or Filters(), customer_id=customer_id)
    return newest(session, wanted, before=before, limit=limit)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [
        getattr(Touchpoint, name) == value
        for name in _EQUAL
        if (value := getattr(filters, name)) is not None
    ]
    if filters.since is not None:
        found.append(Touchpoint.occurred_at >= filters.since)
    if filters.until is not None:
        found.append(Touchpoint.occurred_at < filters.until)
    return found
