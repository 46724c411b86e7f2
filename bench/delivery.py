"""Delivery to an empty handler, against a bare loop of SELECTs over the same rows.

The limit: 20,000 events per second and worker; the best of some rounds, as others may share the
machine. How soon a lone event comes stands in ``latency.py``.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi import events
from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.reader import BATCH, EVENT_HOOKS, Handler, Reader, ReaderSet, kinds_for
from guanxi.events import Event, Vocabulary
from guanxi.events.models import PARTITIONS
from guanxi.events.vocabulary import CustomerChanged, Line, TouchpointFacts, TouchpointRecorded
from guanxi.garbage import settle
from guanxi.ids import new_id
from guanxi.testkit.postgres import fresh_database, test_server
from guanxi.testkit.schema import create_schema

EVENTS = 60_000
ROUNDS = 3
LIMIT = 20_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LINES = tuple(Line(f"P{n}", "A thing", Decimal(n), Decimal("2.50")) for n in range(1, 4))


def main() -> None:
    """Print the rate, its ratio to the bare loop, and the delay."""
    with test_server() as server:
        url = fresh_database(server)
        create_schema(url)
        database = Database(url)
        append(database, EVENTS)
        settle()  # as the worker does
        bare = timed(lambda: select_all(database))
        received = 0

        def count(_session: Session, batch: Sequence[Event]) -> None:
            nonlocal received
            received += len(batch)

        ours = min(timed(partial(deliver_all, database, count, n)) for n in range(ROUNDS))
        bare = min(bare, timed(lambda: select_all(database)))
        if received != EVENTS * ROUNDS:
            raise RuntimeError("Events are missing.")
        database.dispose()
    print(f"{EVENTS} events: {ours:.2f} s, bare SELECTs {bare:.2f} s, ratio {ours / bare:.2f}")
    rate = EVENTS / ours
    print(f"events per second and worker: {rate:.0f}, {rate / LIMIT:.2f} times the limit ({LIMIT})")


def deliver_all(database: Database, handler: Handler, number: int) -> None:
    """Deliver everything to a reader that is new."""
    Delivery(database, Vocabulary()).drain(readers(f"bench{number}", handler))


def readers(name: str, handler: Handler) -> ReaderSet:
    """Return one reader whose every event goes to ``handler``."""
    reader = Reader(
        name=name,
        handlers=dict.fromkeys(EVENT_HOOKS, handler),
        kinds=kinds_for(EVENT_HOOKS, Vocabulary()),
    )
    return ReaderSet(1, {name: reader})


def append(database: Database, count: int) -> None:
    """Append ``count`` events of a thousand customers, half of them purchases of three lines."""
    customers = [new_id() for _ in range(1_000)]
    for start in range(0, count, 10_000):
        with database.write(SYSTEM, now=NOW) as session:
            for n in range(start, min(start + 10_000, count)):
                events.append(session, event(n, customers[n // 2 % 1_000]))


def event(n: int, customer_id: object) -> Event:
    """Return the ``n``-th event."""
    if n % 2:
        return CustomerChanged(customer_id=customer_id, fields=("note", "city"))  # type: ignore[arg-type]
    facts = TouchpointFacts(
        channel="store",
        kind="purchase",
        direction="in",
        occurred_at=NOW + timedelta(seconds=n),
        customer_id=customer_id,  # type: ignore[arg-type]
        amount=Decimal("15.00"),
        currency="EUR",
        source="till",
        external_id=str(n),
        lines=LINES,
    )
    return TouchpointRecorded(
        customer_id=customer_id,  # type: ignore[arg-type]
        touchpoint_id=new_id(),
        touchpoint=facts,
    )


def select_all(database: Database) -> None:
    """Read the rows as delivery does, and do nothing with them."""
    statement = text(
        "SELECT kind, payload, position, customer_id, recorded_at, actor_name FROM events "
        "WHERE partition = :p AND position > :after ORDER BY position LIMIT :limit"
    )
    for partition in range(PARTITIONS):
        after = 0
        while True:
            with Session(database.engine) as session:
                values = {"p": partition, "after": after, "limit": BATCH}
                rows = session.execute(statement, values).all()
            if not rows:
                break
            after = rows[-1][2]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
