"""Read rewards: one, or a filtered list, newest first, page by page without counting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from guanxi.rewards.models import Reward

Place = tuple[datetime, UUID]
"""Where a page ended: requested_at and id of its last reward."""

_EQUAL: Final = ("customer_id", "kind", "state", "source", "fulfilled_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which rewards are wanted; None means any."""

    customer_id: UUID | None = None
    kind: str | None = None
    state: str | None = None
    source: str | None = None
    fulfilled_by: str | None = None


def newest(
    session: Session, filters: Filters, *, before: Place | None = None, limit: int
) -> Sequence[Reward]:
    """Return up to ``limit`` rewards below ``before``, newest request first."""
    wanted = [
        getattr(Reward, name) == value
        for name in _EQUAL
        if (value := getattr(filters, name)) is not None
    ]
    query = (
        select(Reward)
        .where(*wanted)
        .order_by(Reward.requested_at.desc(), Reward.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(tuple_(Reward.requested_at, Reward.id) < before)
    return session.scalars(query).all()
