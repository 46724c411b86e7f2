"""Bookmarks: up to where each reader has handled each part of the log.

Whoever holds a bookmark's row lock works on that part for that reader, and nobody else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from psycopg.errors import LockNotAvailable
from sqlalchemy import delete, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.db import direct, write_context
from guanxi.delivery.models import Bookmark, ParkedEvent
from guanxi.errors import Conflict
from guanxi.events import horizon
from guanxi.events.models import PARTITIONS

PATIENCE = "15s"
"""How long a person who decides about a reader waits for its steps in progress."""


class Unit(NamedTuple):
    """One piece of work: a reader on one or several parts of the log."""

    reader: str
    partitions: tuple[int, ...]


class Due(NamedTuple):
    """A unit with something to do; ``retry`` tells whether set-aside events are among it."""

    unit: Unit
    retry: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Bookmarks whose rows are locked by this transaction: positions by part of the log."""

    positions: Mapping[int, int]
    generation: int
    """The platform's generation when the lock was taken."""


# A delivery that the machine forgets in a crash is forgotten whole, bookmark included, and done
# again; so it need not wait for the disk. A later commit of anybody makes it durable.
_LOCK = """
    SELECT b.partition, b.position, coalesce((SELECT generation FROM platform_state), 0),
           set_config('synchronous_commit', 'off', true),
           set_config('statement_timeout', %(statement_ms)s, true),
           set_config('idle_in_transaction_session_timeout', %(idle_ms)s, true)
    FROM delivery_bookmarks b
    WHERE b.reader = %(reader)s AND b.partition = ANY(CAST(%(partitions)s AS smallint[]))
    FOR UPDATE OF b SKIP LOCKED
    """
_MOVE = """
    UPDATE delivery_bookmarks b SET position = n.position, updated_at = %(now)s
    FROM unnest(
        CAST(%(partitions)s AS smallint[]), CAST(%(positions)s AS bigint[])
    ) n(partition, position)
    WHERE b.reader = %(reader)s AND b.partition = n.partition
    """
_BRIEFLY = text("SELECT set_config('lock_timeout', :patience, true)")
_WAIT = text(
    "SELECT partition, position FROM delivery_bookmarks WHERE reader = :reader "
    "ORDER BY partition FOR UPDATE"
)
_DUE = text(
    """
    WITH heads AS MATERIALIZED (
        SELECT p AS partition, (
            SELECT max(position) FROM events WHERE partition = p AND position <= :upto
        ) AS position FROM generate_series(0, :last_partition) p
    )
    SELECT reader, array_agg(DISTINCT partition), bool_or(retry) FROM (
        SELECT b.reader, b.partition, false AS retry
        FROM delivery_bookmarks b JOIN heads h USING (partition)
        WHERE b.position < h.position AND b.reader = ANY(:readers)
        UNION ALL
        SELECT p.reader, (SELECT partition FROM events e WHERE e.position = p.position), true
        FROM delivery_parked p
        WHERE p.state = 'retrying' AND p.next_try_at <= :now AND p.reader = ANY(:readers)
    ) due(reader, partition, retry) WHERE partition IS NOT NULL GROUP BY reader ORDER BY reader
    """
)


def start_reader(session: Session, reader: str, *, from_start: bool = True) -> None:
    """Give ``reader`` its bookmarks; one that has them keeps them, so it catches up.

    :param from_start: read the company's whole history, or only what happens from now on.
    """
    position = 0 if from_start else horizon(session)
    now = write_context(session).now
    rows = [
        {"reader": reader, "partition": partition, "position": position, "updated_at": now}
        for partition in range(PARTITIONS)
    ]
    session.execute(postgresql.insert(Bookmark).on_conflict_do_nothing(), rows)


def forget_reader(session: Session, reader: str) -> None:
    """Remove the bookmarks of ``reader`` and what was parked for it, as when it is uninstalled."""
    session.execute(delete(Bookmark).where(Bookmark.reader == reader))
    session.execute(delete(ParkedEvent).where(ParkedEvent.reader == reader))


def due_units(session: Session, readers: Collection[str], *, upto: int, now: datetime) -> list[Due]:
    """Return what there is to do: unread events up to ``upto``, and retries that are due.

    Each reader comes once, with all parts of the log in which there is something for it.
    """
    rows = session.execute(
        _DUE,
        {"upto": upto, "last_partition": PARTITIONS - 1, "readers": list(readers), "now": now},
    )
    return [Due(Unit(reader, tuple(partitions)), retry) for reader, partitions, retry in rows]


def hold(session: Session, unit: Unit, *, time_limit: float) -> Held | None:
    """Lock the bookmarks that no other transaction has, until this one ends; None if there is none.

    :param time_limit: seconds after which the database gives up a statement of this transaction,
        and a little later the transaction, so that a hanging handler holds nobody up for ever.
    """
    rows = direct.run(
        session.connection(),
        _LOCK,
        {
            "reader": unit.reader,
            "partitions": list(unit.partitions),
            "statement_ms": str(round(time_limit * 1000)),
            "idle_ms": str(round(time_limit * 1000) + 10_000),
        },
    ).fetchall()
    return Held({row[0]: row[1] for row in rows}, rows[0][2]) if rows else None


def hold_all(session: Session, reader: str) -> dict[int, int]:
    """Wait for all bookmarks of ``reader`` and lock them; return position by part of the log.

    :raises Conflict: a worker is busy with one of them for longer than :data:`PATIENCE`.
    """
    session.execute(_BRIEFLY, {"patience": PATIENCE})
    try:
        rows = session.execute(_WAIT, {"reader": reader}).all()
    except DBAPIError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Conflict(
            "A worker is handing events to %(reader)s just now. Wait a moment and try again.",
            reader=reader,
        ) from error
    return {row.partition: row.position for row in rows}


def move(session: Session, reader: str, positions: Mapping[int, int]) -> None:
    """Set bookmarks, which this transaction holds, to ``positions`` by part of the log."""
    direct.run(
        session.connection(),
        _MOVE,
        {
            "reader": reader,
            "partitions": list(positions),
            "positions": list(positions.values()),
            "now": write_context(session).now,
        },
    )
