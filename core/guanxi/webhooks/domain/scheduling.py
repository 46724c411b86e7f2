"""Have an endpoint's deliveries sent in the background, by a job of the same transaction."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

SEND: Final = "webhooks.send"


def send_soon(session: Session, endpoint_id: UUID, *, at: datetime | None = None) -> None:
    """Queue the job that sends what is due to one endpoint, now or at ``at``."""
    session.info["defer_job"](session, SEND, {"endpoint_id": str(endpoint_id)}, at)
