"""Events set aside: what one reader could not digest, and what waits behind it.

Order holds per customer: while one event of a customer is set aside, that customer's later ones
queue behind it; everybody else's flow on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from guanxi.db import direct, write_context
from guanxi.delivery.bookmarks import Unit
from guanxi.delivery.models import ParkedEvent
from guanxi.events.vocabulary import Event

RETRIES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))
"""How long to wait before each further try; after the last one a person has to decide."""

RETRYING, PARKED, WAITING, SKIPPED = "retrying", "parked", "waiting", "skipped"

_HELD_KEYS = """
    SELECT DISTINCT order_key FROM delivery_parked
    WHERE reader = %s AND state <> 'skipped' AND order_key = ANY(%s)
    """
_DUE_HEADS = text(
    """
    SELECT p.position FROM delivery_parked p JOIN events e USING (position)
    WHERE p.reader = :reader AND e.partition = ANY(:partitions)
      AND p.state = 'retrying' AND p.next_try_at <= :now
    ORDER BY p.position LIMIT :limit
    """
)


def held_keys(session: Session, reader: str, events: Sequence[Event]) -> set[UUID]:
    """Return the customers of ``events`` whose earlier events are set aside."""
    keys = {event.customer_id for event in events if event.customer_id is not None}
    rows = direct.run(session.connection(), _HELD_KEYS, (reader, list(keys)))
    return {key for (key,) in rows}


def queue_behind(session: Session, reader: str, events: Sequence[Event]) -> None:
    """Keep ``events`` until those before them are settled."""
    if events:
        session.execute(insert(ParkedEvent), [_row(session, reader, e, WAITING) for e in events])


def park(session: Session, reader: str, event: Event, error: str) -> None:
    """Set ``event`` aside after its first failure; it is tried again soon."""
    row = _row(session, reader, event, RETRYING)
    row |= {"tries": 1, "error": error, "next_try_at": write_context(session).now + RETRIES[0]}
    session.execute(insert(ParkedEvent), [row])


def failed_again(session: Session, reader: str, event: Event, error: str) -> None:
    """Note one more failure of an event that was set aside."""
    now = write_context(session).now
    parked = session.get_one(ParkedEvent, (reader, event.position))
    parked.tries += 1
    parked.error = error
    wait = RETRIES[parked.tries - 1] if parked.tries <= len(RETRIES) else None
    parked.state = RETRYING if wait else PARKED
    parked.next_try_at = now + wait if wait else None
    session.flush()


def due_positions(session: Session, unit: Unit, *, now: datetime, limit: int) -> list[int]:
    """Return the events whose next try is due, in order."""
    rows = session.execute(
        _DUE_HEADS,
        {"reader": unit.reader, "partitions": list(unit.partitions), "now": now, "limit": limit},
    )
    return [position for (position,) in rows]


def waiting_positions(session: Session, reader: str, key: UUID | None, *, limit: int) -> list[int]:
    """Return what waits behind the settled event of one customer, in order."""
    if key is None:
        return []
    return list(
        session.scalars(
            select(ParkedEvent.position)
            .where(ParkedEvent.reader == reader, ParkedEvent.order_key == key)
            .where(ParkedEvent.state == WAITING)
            .order_by(ParkedEvent.position)
            .limit(limit)
        )
    )


def undecided_positions(session: Session, reader: str) -> list[int]:
    """Return the events that a person has to decide about, in order."""
    return list(
        session.scalars(
            select(ParkedEvent.position)
            .where(ParkedEvent.reader == reader, ParkedEvent.state == PARKED)
            .order_by(ParkedEvent.position)
        )
    )


def settle(session: Session, reader: str, positions: Sequence[int]) -> None:
    """Remove events that were handled at last, or that nobody knows any more."""
    session.execute(
        delete(ParkedEvent).where(ParkedEvent.reader == reader, ParkedEvent.position.in_(positions))
    )


def promote_next(session: Session, reader: str, key: UUID | None) -> None:
    """Let the first event that waits for this customer be tried, now that its turn has come."""
    for position in waiting_positions(session, reader, key, limit=1):
        session.execute(
            update(ParkedEvent)
            .where(ParkedEvent.reader == reader, ParkedEvent.position == position)
            .values(state=RETRYING, next_try_at=write_context(session).now)
        )


def _row(session: Session, reader: str, event: Event, state: str) -> dict[str, object]:
    return {
        "reader": reader,
        "position": event.position,
        "order_key": event.customer_id,
        "state": state,
        "created_at": write_context(session).now,
    }
