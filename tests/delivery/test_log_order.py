"""Transactions commit in another order than they took their positions; nobody skips an event."""

from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.delivery.notebook import changed, neighbours, readers_of

from guanxi import events
from guanxi.db import Actor, Database
from guanxi.db.write import WriteContext, write_context
from guanxi.events import horizon

NOW = datetime(2026, 11, 2, tzinfo=UTC)


class OpenTransaction:
    """A transaction of its own connection that has appended, and commits when told to."""

    def __init__(self, database: Database, *batch) -> None:
        self.writing = database.write(Actor("system", "test"), now=NOW)
        self.session = self.writing.__enter__()
        self.append(*batch)

    def append(self, *batch) -> None:
        """Take positions for ``batch`` now."""
        for event in batch:
            events.append(self.session, event)
        context: WriteContext = write_context(self.session)
        context.write_pending(self.session)

    def commit(self) -> None:
        """End it well."""
        self.writing.__exit__(None, None, None)

    def roll_back(self) -> None:
        """End it as if nothing had been."""
        with suppress(KeyError):
            self.writing.__exit__(KeyError, KeyError(), None)


def test_two_transactions_that_commit_in_the_other_order(database, append, delivery, notebook):
    first, second = neighbours(2)
    readers = readers_of(notebook.reader("a"), notebook.reader("b"))
    slow = OpenTransaction(database, changed(first, "slow"))
    append(changed(second, "fast"))

    delivery.drain(readers)
    before = (notebook.positions("a"), notebook.positions("b"))
    slow.commit()
    delivery.drain(readers)

    assert before == ([], [])
    assert notebook.notes("a") == ["slow", "fast"]
    assert notebook.notes("b") == ["slow", "fast"]


def test_what_came_before_an_open_transaction_is_not_held_up(database, append, delivery, notebook):
    earlier, slow_one = neighbours(2)
    append(changed(earlier, "earlier"))
    slow = OpenTransaction(database, changed(slow_one, "slow"))

    delivery.drain(readers_of(notebook.reader()))
    held_up = notebook.notes()
    slow.commit()

    assert held_up == ["earlier"]


def test_a_transaction_that_rolls_back_leaves_a_gap_that_is_passed(
    database, append, delivery, notebook
):
    lost, kept = neighbours(2)
    slow = OpenTransaction(database, changed(lost, "lost"))
    append(changed(kept, "kept"))
    slow.roll_back()

    delivery.drain(readers_of(notebook.reader()))

    assert notebook.notes() == ["kept"]


def visible(database: Database) -> set[int]:
    with database.read() as session:
        return set(session.scalars(text("SELECT position FROM events")))


def horizon_of(database: Database) -> int:
    with database.read() as session:
        return horizon(session)


moves = st.lists(
    st.tuples(st.sampled_from(["open", "more", "commit", "roll back"]), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@given(moves=moves)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_appears_below_a_horizon_once_read(database, moves):
    running: dict[int, OpenTransaction] = {}
    seen: list[tuple[int, set[int]]] = []
    (customer,) = neighbours(1)
    for move, slot in moves:
        if move == "open" and slot not in running:
            running[slot] = OpenTransaction(database, changed(customer, "a"))
        elif slot in running:
            if move == "more":
                running[slot].append(changed(customer, "b"))
            else:
                ended = running.pop(slot)
                ended.commit() if move == "commit" else ended.roll_back()
        upto = horizon_of(database)
        seen.append((upto, {p for p in visible(database) if p <= upto}))
    for transaction in running.values():
        transaction.commit()

    final = visible(database)
    assert [(upto, {p for p in final if p <= upto}) for upto, _ in seen] == seen
    assert max(final, default=0) <= horizon_of(database)
