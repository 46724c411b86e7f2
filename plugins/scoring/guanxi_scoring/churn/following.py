"""Follows customers: their rhythm, and their probability of silence, as they come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import CustomerChanged, Event, write_context
from guanxi_scoring.churn.rhythm.refreshing import refresh
from guanxi_scoring.life import locking, reaction
from guanxi_scoring.life.options import instant_of

SILENCE: Final = "silence"
"""The key of the model."""


def follow(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    """Bring rhythm and silence of some customers up to date."""
    reaction.share(session, locking.RHYTHMS)
    reaction.share(session, SILENCE)
    refresh(session, customers, now=now)
    found = reaction.of_key(session, SILENCE)
    if found is None:
        return
    from guanxi_scoring.churn.silence.scoring import score_few  # noqa: PLC0415 -- only the worker

    as_of = instant_of(found.version.fit["options"], now)
    score_few(session, customers, found.model, found.version, as_of)


def follow_changes(session: Session, events: Sequence[Event]) -> None:
    """Look again at the rhythm of who was closed or opened: the closed are not missed."""
    found = [
        event.customer_id
        for event in events
        if isinstance(event, CustomerChanged) and "status" in event.fields
    ]
    customers = [one for one in dict.fromkeys(found) if one is not None]
    if customers:
        locking.share_scores(session, locking.RHYTHMS)
        refresh(session, customers, now=write_context(session).now)
