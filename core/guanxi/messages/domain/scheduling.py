"""Have a message sent in the background: a job, queued in the very transaction of the message.

Should a job be lost (a restored backup), the sweep of ``messages.jobs`` finds what is due.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

SEND: Final = "messages.send"


def send_later(session: Session, message_id: UUID, *, at: datetime) -> None:
    """Queue the job that sends the message at ``at``, when the transaction commits."""
    session.info["defer_job"](session, SEND, {"message_id": str(message_id)}, at)
