"""Follows customers: their rhythm, and their probability of silence, as they come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import CustomerChanged, Event, write_context
from guanxi_scoring.churn.rhythm.refreshing import refresh
from guanxi_scoring.life import locking
from guanxi_scoring.life.finding import find_model, in_force
from guanxi_scoring.life.options import instant_of

SILENCE: Final = "silence"
RHYTHMS: Final = "rhythms"
"""Names of locks: of the model's scores, and of everybody's rhythms."""


def follow(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    """Bring rhythm and silence of some customers up to date."""
    locking.share_scores(session, RHYTHMS)
    refresh(session, customers, now=now)
    model, version = find_model(session, SILENCE), in_force(session, SILENCE)
    if model is None or version is None:
        return
    from guanxi_scoring.churn.silence.scoring import score_few  # noqa: PLC0415 -- only the worker

    locking.share_scores(session, SILENCE)
    as_of = instant_of(version.fit["options"], now)
    score_few(session, customers, model, version, as_of)


def follow_changes(session: Session, events: Sequence[Event]) -> None:
    """Look again at the rhythm of who was closed or opened: the closed are not missed."""
    found = [
        event.customer_id
        for event in events
        if isinstance(event, CustomerChanged) and "status" in event.fields
    ]
    customers = [one for one in dict.fromkeys(found) if one is not None]
    if customers:
        locking.share_scores(session, RHYTHMS)
        refresh(session, customers, now=write_context(session).now)
