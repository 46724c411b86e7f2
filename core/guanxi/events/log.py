"""Append to the log and read it, never skipping an event.

A transaction takes positions when it appends, but commits later, perhaps after another that
took higher ones. So before the first position the statement trigger takes a shared advisory
lock whose key is the sequence's last value. :func:`horizon` is the smallest key held, or the
last value where none is: whatever lies at or below it is committed or gone for ever.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from guanxi.db.inserting import Rows
from guanxi.db.write import WriteContext, write_context
from guanxi.events.codec import Vocabulary, encode, kind_of
from guanxi.events.models import LOCK_SPACE, PARTITIONS, EventRow
from guanxi.events.vocabulary import Event

_TABLE: Table = EventRow.__table__  # type: ignore[assignment]
_COLUMNS = (
    "partition",
    "kind",
    "version",
    "customer_id",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "request_id",
    "payload",
)
_LAST = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_position_seq")
_OLDEST_APPENDER = text(
    """
    SELECT min(((classid::bigint << 32) | objid::bigint)) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint >= :lowest
    """
)


def append(session: Session, event: Event) -> None:
    """Add ``event`` to the log when the transaction commits."""
    write_context(session).defer("events", event, _write)


def append_alike(session: Session, event: Event, customer_ids: Sequence[UUID]) -> None:
    """Add an event for each of ``customer_ids`` that says the same as ``event`` of all of them."""
    write_context(session).defer("events", _Alike(event, customer_ids), _write)


class _Alike(NamedTuple):
    """Many events that differ in their customer alone."""

    event: Event
    customer_ids: Sequence[UUID]


def partition_of(customer_id: UUID | None) -> int:
    """Return the part of the log that keeps this customer's events in order."""
    return 0 if customer_id is None else customer_id.int % PARTITIONS


def horizon(session: Session) -> int:
    """Return the position up to which the log is complete.

    The last value is read before the locks: a transaction that takes its lock later also takes
    its positions later, hence above that value. Call it in autocommit mode, and read events in
    a statement after it.
    """
    last = int(session.execute(_LAST).scalar_one())
    oldest = session.execute(_OLDEST_APPENDER, {"lowest": LOCK_SPACE >> 32}).scalar_one()
    return last if oldest is None else min(last, int(oldest) - LOCK_SPACE)


def read(
    session: Session, vocabulary: Vocabulary, *, partition: int, after: int, upto: int, limit: int
) -> list[Event]:
    """Return up to ``limit`` events of one partition above ``after``, not beyond ``upto``."""
    rows = session.execute(
        select(*_READ)
        .where(_TABLE.c.partition == partition)
        .where(_TABLE.c.position > after, _TABLE.c.position <= upto)
        .order_by(_TABLE.c.position)
        .limit(limit)
    )
    return [_decode(vocabulary, row) for row in rows]


def read_positions(
    session: Session, vocabulary: Vocabulary, positions: Sequence[int]
) -> list[Event]:
    """Return the events at ``positions``, in order; used for parked ones."""
    rows = session.execute(
        select(*_READ).where(_TABLE.c.position.in_(positions)).order_by(_TABLE.c.position)
    )
    return [_decode(vocabulary, row) for row in rows]


_READ = (
    _TABLE.c.position,
    _TABLE.c.kind,
    _TABLE.c.customer_id,
    _TABLE.c.recorded_at,
    _TABLE.c.actor_name,
    _TABLE.c.payload,
)


def _decode(vocabulary: Vocabulary, row: Any) -> Event:
    position, kind, customer_id, recorded_at, actor, payload = row
    return vocabulary.decode(
        kind,
        payload,
        customer_id=customer_id,
        position=position,
        recorded_at=recorded_at,
        actor=actor,
    )


def _write(_session: Session, context: WriteContext, events: list[Event | _Alike]) -> Rows:
    rows: list[tuple[object, ...]] = []
    for event in events:
        if isinstance(event, _Alike):
            rows += _rows(context, event)
        else:
            rows.append(_row(context, event))
    return Rows(_TABLE, _COLUMNS, rows)


def _rows(context: WriteContext, alike: _Alike) -> Iterator[tuple[object, ...]]:
    _partition, kind, version, _customer, *rest = _row(context, alike.event)
    for customer_id in alike.customer_ids:
        yield (partition_of(customer_id), kind, version, customer_id, *rest)


def _row(context: WriteContext, event: Event) -> tuple[object, ...]:
    actor = context.actor
    return (
        partition_of(event.customer_id),
        kind_of(type(event)),
        event.version,
        event.customer_id,
        context.now,
        actor.kind,
        actor.id,
        actor.name,
        context.request_id,
        encode(event),
    )
