"""What came of handing a claimed message to its provider; each function is one transaction's work.

Only a message that is still ``sending`` takes an outcome, so a late report changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.messages.domain.scheduling import send_later
from guanxi.messages.domain.stepping import step
from guanxi.messages.domain.timeline import note_on_timeline
from guanxi.messages.models import Message

RETRY_AFTER: Final = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 480))
"""After the first, second... time that the provider could not take it."""
SENDING_AT_MOST: Final = timedelta(minutes=10)
"""Whoever has been sending for longer has died."""


def sent(session: Session, message_id: UUID, provider_id: str, *, now: datetime) -> None:
    """Note that the provider took it, and put it on the customer's timeline, exactly once."""
    message = _sending(session, message_id)
    if message is not None:
        message.provider_id = provider_id[:300]
        finish(session, message, None, now=now)


def finish(session: Session, message: Message, reason: str | None, *, now: datetime) -> None:
    """Turn a locked message into a sent one."""
    message.sent_at = now
    step(session, message, "sent", reason)
    message.touchpoint_id = note_on_timeline(session, message, now=now)


def postponed(session: Session, message_id: UUID, why: str, *, now: datetime) -> None:
    """Note that the provider could not take it now: try again later, or give up."""
    message = _sending(session, message_id)
    if message is None:
        return
    if message.tries > len(RETRY_AFTER):
        step(session, message, "failed", "gave_up", values={"why": why})
        return
    due_at = now + RETRY_AFTER[message.tries - 1]
    step(session, message, "queued", "retry", values={"why": why}, due_at=due_at)
    send_later(session, message.id, at=due_at)


def failed(session: Session, message_id: UUID, why: str, values: Mapping[str, object]) -> None:
    """Note that the provider said no for good."""
    message = _sending(session, message_id)
    if message is not None:
        step(session, message, "failed", why, values=values)


def lost(session: Session, message_id: UUID, why: str) -> None:
    """Note that nobody knows whether it went out."""
    message = _sending(session, message_id)
    if message is not None:
        step(session, message, "unknown", "died", values={"why": why})


def find_lost(session: Session, *, now: datetime) -> int:
    """Mark what a process that died was sending; return how many messages that were."""
    found = session.scalars(
        select(Message)
        .where(Message.state == "sending", Message.claimed_at < now - SENDING_AT_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    for message in found:
        step(session, message, "unknown", "died")
    return len(found)


def _sending(session: Session, message_id: UUID) -> Message | None:
    return session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.state == "sending")
        .with_for_update()
    ).one_or_none()
