"""Threads that wait for events and deliver them."""

from collections.abc import Callable
from threading import Event as Flag
from time import monotonic, sleep

import pytest
from sqlalchemy import text
from tests.delivery.notebook import changed, neighbours, readers_of

from guanxi.delivery.delivery import Delivery
from guanxi.delivery.pool import DeliveryPool
from guanxi.delivery.reader import ReaderSet
from guanxi.events import Vocabulary
from guanxi.ids import new_id


class Readers:
    """The readers at work, which a test may change as an admin would."""

    def __init__(self) -> None:
        self.now = ReaderSet()

    def __call__(self) -> ReaderSet:
        return self.now


@pytest.fixture
def readers():
    return Readers()


@pytest.fixture
def pool(database, readers):
    running = DeliveryPool(Delivery(database, Vocabulary()), readers, database.url)
    running.start()
    yield running
    assert running.stop(10)


def eventually(truth: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until ``truth`` holds."""
    until = monotonic() + seconds
    while monotonic() < until:
        if truth():
            return True
        sleep(0.01)
    return False


def test_events_are_delivered_as_they_come(append, readers, notebook, pool):
    readers.now = readers_of(notebook.reader())
    for n in range(5):
        append(changed(new_id(), str(n)))
        assert eventually(lambda n=n: notebook.notes() == [str(k) for k in range(n + 1)])


def test_a_backlog_is_worked_off(append, readers, notebook, pool):
    append(*[changed(customer, "a") for customer in neighbours(40)])
    readers.now = readers_of(notebook.reader(batch=3))

    assert eventually(lambda: len(notebook.positions()) == 40)


def test_a_slow_reader_does_not_hold_up_another(append, readers, notebook, pool):
    let_go = Flag()
    slow = notebook.reader("slow", spoil=lambda event: let_go.wait(30) and None)
    readers.now = readers_of(slow, notebook.reader("quick"))
    append(*[changed(None, "a"), changed(new_id(), "b")])

    came = eventually(lambda: len(notebook.positions("quick")) == 2)
    slow_ones = notebook.positions("slow")
    let_go.set()

    assert came
    assert slow_ones == []
    assert eventually(lambda: len(notebook.positions("slow")) == 2)


def test_a_retry_comes_by_itself(append, readers, notebook, pool):
    tries = []

    def spoil(event):
        tries.append(event.position)
        if len(tries) <= 2:
            raise OSError("not yet")

    readers.now = readers_of(notebook.reader(spoil=spoil))
    append(changed(new_id(), "late"))

    assert eventually(lambda: notebook.notes() == ["late"])
    assert eventually(lambda: notebook.set_aside() == {})


def test_a_reader_that_is_switched_on_later_catches_up(append, readers, notebook, pool):
    append(changed(new_id(), "before"))

    readers.now = readers_of(notebook.reader())

    assert eventually(lambda: notebook.notes() == ["before"])


def test_it_goes_on_after_the_database_dropped_its_connections(
    append, readers, notebook, pool, database
):
    readers.now = readers_of(notebook.reader())
    append(changed(new_id(), "before"))
    assert eventually(lambda: notebook.notes() == ["before"])

    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    database.engine.dispose()
    append(changed(new_id(), "after"))

    assert eventually(lambda: notebook.notes() == ["before", "after"])


def test_stopping_waits_for_the_step_in_progress(append, database, readers, notebook):
    begun = Flag()

    def spoil(event):
        begun.set()
        sleep(0.3)

    readers.now = readers_of(notebook.reader(spoil=spoil))
    pool = DeliveryPool(Delivery(database, Vocabulary()), readers, database.url)
    pool.start()
    append(changed(new_id(), "a"))
    assert begun.wait(20)

    assert pool.stop(10)
    assert notebook.notes() == ["a"]
