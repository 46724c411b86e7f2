"""Which channel a customer prefers (偏好渠道): the one on which they last came to us themselves."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.touchpoints.models import Touchpoint

_LOOK_AT: Final = 50
"""The latest touchpoints that are looked at; an older contact says nothing about today."""


def preferred_channel(session: Session, customer_id: UUID, offered: Collection[str]) -> str | None:
    """Return which of the channels ``offered`` the customer used last, if any."""
    t = Touchpoint
    latest = (
        select(t.channel, t.direction)
        .where(t.customer_id == customer_id, t.state == "recorded")
        .order_by(t.occurred_at.desc(), t.id.desc())
        .limit(_LOOK_AT)
    )
    for channel, direction in session.execute(latest):
        if direction == "in" and channel in offered:
            return str(channel)
    return None
