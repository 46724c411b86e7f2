"""Lists of messages, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from guanxi.messages.models import Message

Place = tuple[datetime, UUID]
"""Created at, id: where a page ends."""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages are wanted; None does not limit."""

    customer_id: UUID | None = None
    channel: str | None = None
    purpose: str | None = None
    state: str | None = None
    source: str | None = None


def newest(
    session: Session, wanted: MessageFilter, *, before: Place | None = None, limit: int
) -> Sequence[Message]:
    """Return up to ``limit`` messages to customers whom the session may see."""
    query = select(Message).order_by(Message.created_at.desc(), Message.id.desc()).limit(limit)
    for name in MessageFilter.__slots__:
        value = getattr(wanted, name)
        if value:
            query = query.where(getattr(Message, name) == value)
    if before is not None:
        query = query.where(tuple_(Message.created_at, Message.id) < before)
    return session.scalars(query).all()
