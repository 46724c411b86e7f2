"""Finding a message, and moving it from one state to the next with its audit entry."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.messages.domain.faults import NoSuchMessage
from guanxi.messages.models import Message


def find_message(session: Session, message_id: UUID, *, lock: bool = False) -> Message:
    """Return the message.

    :raises NoSuchMessage: there is none to a customer whom the session may see.
    """
    query = select(Message).where(Message.id == message_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    message = session.scalars(query).one_or_none()
    if message is None:
        raise NoSuchMessage
    return message


def step(
    session: Session,
    message: Message,
    state: str,
    reason: str | None = None,
    *,
    values: Mapping[str, object] | None = None,
    due_at: datetime | None = None,
) -> None:
    """Give a locked message another state."""
    audit.record(
        session,
        f"message.{state}",
        ("message", message.id),
        before={"state": message.state},
        after={"state": state, "reason": reason},
    )
    message.state, message.reason = state, reason
    message.reason_values = {name: str(value) for name, value in (values or {}).items()}
    if due_at is not None:
        message.due_at = due_at
