"""Readers for tests: what they are handed is written to a table, in the delivery's transaction."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi import events
from guanxi.db import Database
from guanxi.delivery.reader import BATCH, EVENT_HOOKS, Handler, Reader, ReaderSet, kinds_for
from guanxi.events import Event, Vocabulary
from guanxi.events.vocabulary import CustomerChanged
from guanxi.ids import new_id

SEEN = """
    CREATE TABLE seen (
        number bigint GENERATED ALWAYS AS IDENTITY, reader text, position bigint, kind text,
        customer_id uuid, note text
    )
"""
INSERT = text(
    "INSERT INTO seen (reader, position, kind, customer_id, note) VALUES (:r, :p, :k, :c, :n)"
)


class Notebook:
    """Handlers that write down what they get, and what was written."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.engine.begin() as connection:
            connection.execute(text(SEEN))

    def writing(self, reader: str, spoil: Callable[[Event], None] | None = None) -> Handler:
        """Return a handler that writes events down; ``spoil`` may raise for some of them."""

        def handle(session: Session, batch: Sequence[Event]) -> None:
            for event in batch:
                note = ",".join(event.fields) if isinstance(event, CustomerChanged) else None
                values = {"r": reader, "p": event.position, "k": type(event).__name__, "n": note}
                session.execute(INSERT, values | {"c": event.customer_id})
                if spoil is not None:
                    spoil(event)

        return handle

    def reader(
        self,
        name: str = "notes",
        spoil: Callable[[Event], None] | None = None,
        *,
        batch: int = BATCH,
    ) -> Reader:
        """Return a reader that writes down every event of the core."""
        return Reader(
            name=name,
            handlers=dict.fromkeys(EVENT_HOOKS, self.writing(name, spoil)),
            kinds=kinds_for(EVENT_HOOKS, Vocabulary()),
            reward_kinds=frozenset({"points"}),
            replay_started=lambda session, since: forget(session, name, since),
            batch=batch,
        )

    def notes(self, reader: str = "notes", customer_id: UUID | None = None) -> list[str]:
        """Return the notes of one customer's events, or all, in the order they were written."""
        query = "SELECT note FROM seen WHERE reader = :r AND (:c IS NULL OR customer_id = :c)"
        with self.database.read() as session:
            rows = session.execute(
                text(f"{query} ORDER BY number".replace(":c IS", "CAST(:c AS uuid) IS")),
                {"r": reader, "c": customer_id},
            )
            return [note for (note,) in rows]

    def positions(self, reader: str = "notes") -> list[int]:
        """Return the positions of all events that were written down, in ascending order."""
        query = text("SELECT position FROM seen WHERE reader = :r ORDER BY position")
        with self.database.read() as session:
            return [position for (position,) in session.execute(query, {"r": reader})]

    def set_aside(self) -> dict[int, str]:
        """Return the state of each event that is set aside for any reader, by position."""
        query = text("SELECT position, state FROM delivery_parked ORDER BY position")
        with self.database.read() as session:
            return {row.position: row.state for row in session.execute(query)}


def forget(session: Session, reader: str, since: object) -> None:
    """Delete what the reader wrote down of events recorded since an instant."""
    session.execute(
        text(
            "DELETE FROM seen s USING events e WHERE s.position = e.position AND s.reader = :r "
            "AND (CAST(:since AS timestamptz) IS NULL OR e.recorded_at >= :since)"
        ),
        {"r": reader, "since": since},
    )


def changed(customer_id: UUID | None, *fields: str) -> CustomerChanged:
    """Return an event that carries a note to recognise it by."""
    return CustomerChanged(customer_id=customer_id, fields=fields)


def readers_of(*readers: Reader, generation: int = 1) -> ReaderSet:
    """Return these readers as those at work in a new installation."""
    return ReaderSet(generation, {reader.name: reader for reader in readers})


def neighbours(count: int) -> list[UUID]:
    """Return customers whose events lie in the same part of the log."""
    found: list[UUID] = []
    while len(found) < count:
        candidate = new_id()
        if events.partition_of(candidate) == 3:
            found.append(candidate)
    return found


def strangers() -> Iterable[UUID]:
    """Yield customers whose events lie in different parts of the log."""
    for partition in range(8):
        yield UUID(int=(new_id().int // 8) * 8 + partition)
