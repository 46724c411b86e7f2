"""What the messages know about one customer: handed out or erased when the customer asks."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.messages.models import WAITING, Message

_TOLD: Final = (
    "channel", "purpose", "state", "address", "subject", "body", "sent_subject", "sent_text",
    "created_at", "sent_at",
)  # fmt: skip


def export_messages(session: Session, customer_id: UUID) -> list[dict[str, Any]]:
    """Return all messages to a customer as plain values, oldest first."""
    found = session.scalars(
        select(Message).where(Message.customer_id == customer_id).order_by(Message.created_at)
    )
    return [{name: getattr(message, name) for name in _TOLD} for message in found]


def erase_messages(session: Session, customer_id: UUID) -> None:
    """Empty everything personal in a customer's messages; none goes out any more."""
    mine = Message.customer_id == customer_id
    session.execute(
        update(Message)
        .where(mine, Message.state.in_(WAITING))
        .values(state="refused", reason="gone", reason_values={})
    )
    session.execute(
        update(Message)
        .where(mine)
        .values(
            subject="", body="", address=None, sent_subject=None, sent_text=None, provider_id=None
        )
    )
