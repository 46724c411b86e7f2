"""Follows customers: scores and standings are worked out anew when what they rest on changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Event, write_context
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.scores import score_some

OWN: Final = "scoring."


def follow(session: Session, ids: Sequence[UUID], now: datetime) -> None:  # noqa: ARG001 -- a step of ``reacting``
    """Score these customers anew, and work out where they stand."""
    score_some(session, ids)
    standing.refresh(session, ids)


def follow_changes(session: Session, events: Sequence[Event]) -> None:
    """Follow changes of customers, but not those that scoring itself told of."""
    ids = [
        event.customer_id
        for event in events
        if event.customer_id is not None and not _is_own(event)
    ]
    if ids:
        follow(session, list(dict.fromkeys(ids)), write_context(session).now)


def _is_own(event: Event) -> bool:
    fields = getattr(event, "fields", ())
    return bool(fields) and all(one.startswith(OWN) for one in fields)
