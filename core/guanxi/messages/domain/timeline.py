"""A message that went out becomes an outbound touchpoint of its customer, exactly once."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from guanxi.errors import GuanxiError
from guanxi.messages.models import Message
from guanxi.touchpoints.domain.drafts import MAX_NOTE, Draft
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.models import Channel

SOURCE: Final = "guanxi.messages"
OTHER: Final = "other"


def note_on_timeline(session: Session, message: Message, *, now: datetime) -> UUID | None:
    """Record the touchpoint and return its id; None for a customer who was erased meanwhile.

    Its external id is the message's, so a second call finds the first one's touchpoint.
    """
    draft = Draft(
        channel=_channel(session, message.channel),
        kind="message",
        direction="out",
        occurred_at=message.sent_at or now,
        customer_id=message.customer_id,
        staff_id=message.sender_id,
        subject=message.sent_subject or None,
        note=(message.sent_text or "")[:MAX_NOTE] or None,
        source=SOURCE,
        external_id=str(message.id),
    )
    try:
        return record(session, draft, now=now).id
    except GuanxiError:
        return None


def _channel(session: Session, key: str) -> str:
    known = session.scalar(select(exists().where(Channel.key == key)))
    return key if known else OTHER
