"""What an admin wants to know about delivery: how far behind, what is set aside, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.delivery.models import ParkedEvent
from guanxi.events.models import EventRow

COUNTED = 100_000
"""Waiting events are counted up to this number per reader and part of the log."""

_LAG = text(
    """
    SELECT b.reader, b.partition, b.position, waiting.events,
           coalesce(extract(epoch FROM :now - next.recorded_at), 0)
    FROM delivery_bookmarks b
    CROSS JOIN LATERAL (
        SELECT count(*) AS events FROM (
            SELECT FROM events e WHERE e.partition = b.partition AND e.position > b.position
            LIMIT :counted
        ) e
    ) waiting
    LEFT JOIN LATERAL (
        SELECT e.recorded_at FROM events e
        WHERE e.partition = b.partition AND e.position > b.position ORDER BY e.position LIMIT 1
    ) next ON true
    ORDER BY b.reader, b.partition
    """
)
_PARKED_COUNTS = text(
    """
    SELECT reader, count(*) FROM delivery_parked WHERE state <> 'skipped' GROUP BY reader
    """
)
_WORKERS = text(
    """
    SELECT count(*) FROM procrastinate_workers
    WHERE last_heartbeat > now() - interval '15 seconds'
    """
)


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a reader is behind on one part of the log.

    :param events: not read yet, counted up to :data:`COUNTED`.
    :param seconds: since the first of them was recorded.
    """

    reader: str
    partition: int
    position: int
    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for one reader: ``events`` not read yet and since when, ``parked`` set aside."""

    reader: str
    events: int
    seconds: float
    parked: int


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that is set aside for a reader, with what the log knows of it."""

    reader: str
    position: int
    kind: str
    customer_id: UUID | None
    recorded_at: datetime
    state: str
    tries: int
    next_try_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the log keeps it."""

    position: int
    kind: str
    customer_id: UUID | None
    recorded_at: datetime
    actor: str
    payload: Mapping[str, Any]


def lag(session: Session, *, now: datetime) -> list[Lag]:
    """Return how far each reader is behind on each part of the log."""
    rows = session.execute(_LAG, {"now": now, "counted": COUNTED})
    return [
        Lag(reader, partition, position, events, max(0.0, float(seconds)))
        for reader, partition, position, events, seconds in rows
    ]


def backlogs(session: Session, *, now: datetime) -> dict[str, Backlog]:
    """Return what waits for each reader, over all parts of the log."""
    parked_by = dict(tuple(row) for row in session.execute(_PARKED_COUNTS))
    found: dict[str, Backlog] = {}
    for part in lag(session, now=now):
        before = found.get(part.reader, Backlog(part.reader, 0, 0.0, 0))
        found[part.reader] = Backlog(
            part.reader,
            before.events + part.events,
            max(before.seconds, part.seconds),
            parked_by.get(part.reader, 0),
        )
    return found


def live_workers(session: Session) -> int:
    """Return how many worker processes said lately that they live."""
    return int(session.execute(_WORKERS).scalar_one())


def parked(
    session: Session, reader: str | None = None, *, skipped: bool = False, limit: int = 200
) -> list[Parked]:
    """Return what is set aside, for one reader or all, in the order of the log.

    :param skipped: also what a person decided to leave out.
    """
    statement = (
        select(ParkedEvent, EventRow.kind, EventRow.recorded_at)
        .join(EventRow, EventRow.position == ParkedEvent.position)
        .order_by(ParkedEvent.reader, ParkedEvent.position)
        .limit(limit)
    )
    if reader is not None:
        statement = statement.where(ParkedEvent.reader == reader)
    if not skipped:
        statement = statement.where(ParkedEvent.state != "skipped")
    return [_parked(row, kind, at) for row, kind, at in session.execute(statement)]


def tail(session: Session, *, after: int | None = None, limit: int = 20) -> list[Entry]:
    """Return events in order: the first ``limit`` above ``after``, or the last ``limit`` of all.

    What is read here may have gaps that close later (see ``events.log.horizon``).
    """
    statement = select(
        EventRow.position,
        EventRow.kind,
        EventRow.customer_id,
        EventRow.recorded_at,
        EventRow.actor_name,
        EventRow.payload,
    ).limit(limit)
    if after is None:
        rows = session.execute(statement.order_by(EventRow.position.desc())).all()[::-1]
    else:
        statement = statement.where(EventRow.position > after).order_by(EventRow.position)
        rows = list(session.execute(statement))
    return [Entry(*row) for row in rows]


def _parked(row: ParkedEvent, kind: str, recorded_at: datetime) -> Parked:
    return Parked(
        reader=row.reader,
        position=row.position,
        kind=kind,
        customer_id=row.order_key,
        recorded_at=recorded_at,
        state=row.state,
        tries=row.tries,
        next_try_at=row.next_try_at,
        error=row.error,
    )
