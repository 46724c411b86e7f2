"""What staff decide: whether a message of unknown outcome went out, and that one does not go."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.errors import Conflict
from guanxi.messages.domain.outcomes import finish
from guanxi.messages.domain.scheduling import send_later
from guanxi.messages.domain.stepping import find_message, step
from guanxi.messages.models import WAITING, Message


def settle(session: Session, message_id: UUID, *, went_out: bool, now: datetime) -> Message:
    """Say whether a message of unknown outcome went out; if not, it is sent again.

    :raises NoSuchMessage: there is none that the session may see.
    :raises Conflict: its outcome is known.
    """
    message = find_message(session, message_id, lock=True)
    if message.state != "unknown":
        raise Conflict(
            "What became of this message is known: it is %(state)s.", state=message.state
        )
    if went_out:
        finish(session, message, "settled_sent", now=now)
    else:
        step(session, message, "queued", "settled_again", due_at=now)
        send_later(session, message.id, at=now)
    return message


def cancel(session: Session, message_id: UUID) -> Message:
    """Keep a waiting message from going out.

    :raises NoSuchMessage: there is none that the session may see.
    :raises Conflict: it is not waiting any more.
    """
    message = find_message(session, message_id, lock=True)
    if message.state not in WAITING:
        raise Conflict("Only a waiting message can be cancelled; this one is %(state)s.",
                       state=message.state)  # fmt: skip
    step(session, message, "refused", "cancelled")
    return message
