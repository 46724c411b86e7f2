"""A replay leaves behind what the first delivery left."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.delivery.notebook import changed, readers_of, strangers
from tests.delivery.test_log_order import OpenTransaction

from guanxi import events
from guanxi.db import Actor
from guanxi.delivery import bookmarks
from guanxi.delivery.bookmarks import Unit
from guanxi.delivery.replay import Replay, replay, replay_start
from guanxi.errors import Conflict, NotFound
from guanxi.ids import new_id

DAY = datetime(2026, 11, 1, tzinfo=UTC)
ACTOR = Actor("system", "test")


def append_at(database, at, *batch):
    with database.write(ACTOR, now=at) as session:
        for event in batch:
            events.append(session, event)


@pytest.fixture
def history(database):
    """Ten days with an event each, of customers in all parts of the log."""
    customers = [*strangers(), *strangers()][:10]
    for day, customer in enumerate(customers):
        append_at(database, DAY + timedelta(days=day), changed(customer, f"day {day}"))


def state(database):
    query = text("SELECT position, kind, customer_id, note FROM seen ORDER BY position")
    with database.read() as session:
        return [tuple(row) for row in session.execute(query)]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("since", [None, DAY, DAY + timedelta(days=4), DAY + timedelta(days=99)])
def test_a_replay_gives_the_state_of_the_first_delivery(database, write, delivery, notebook, since):
    reader = notebook.reader()
    delivery.drain(readers_of(reader))
    first = state(database)

    with write() as session:
        replay(session, reader, since)
    delivery.drain(readers_of(reader))

    assert state(database) == first


@pytest.mark.usefixtures("history")
def test_only_what_was_recorded_since_then_comes_again(write, delivery, notebook):
    reader = notebook.reader()
    delivery.drain(readers_of(reader))

    with write() as session:
        replay(session, reader, DAY + timedelta(days=7))

    assert delivery.drain(readers_of(reader)) == 3


def test_transactions_that_overlap_come_again_together(database, session, delivery, notebook):
    early, late = DAY, DAY + timedelta(seconds=3)
    append_at(database, DAY - timedelta(days=1), changed(new_id(), "before"))
    append_at(database, late, changed(new_id(), "late, but first in the log"))
    append_at(database, early, changed(new_id(), "early, but second"))

    assert replay_start(session, late) == Replay(2, early)


def test_a_replay_of_overlapping_transactions_doubles_nothing(database, write, delivery, notebook):
    reader = notebook.reader()
    append_at(database, DAY + timedelta(seconds=3), changed(new_id(), "late"))
    append_at(database, DAY, changed(new_id(), "early"))
    delivery.drain(readers_of(reader))

    with write() as session:
        replay(session, reader, DAY + timedelta(seconds=3))
    delivery.drain(readers_of(reader))

    assert notebook.positions() == [1, 2]


def test_what_is_not_committed_yet_comes_once(database, write, delivery, notebook, append):
    reader = notebook.reader()
    append(changed(new_id(), "a"))
    slow = OpenTransaction(database, changed(new_id(), "slow"))
    append(changed(new_id(), "b"))
    delivery.drain(readers_of(reader))

    with write() as session:
        replay(session, reader)
    slow.commit()
    delivery.drain(readers_of(reader))

    assert notebook.positions() == [1, 2, 3]


def test_what_was_set_aside_comes_again_too(write, delivery, notebook, append):
    broken = {"poison"}

    def spoil(event):
        if broken & set(event.fields):
            raise KeyError("broken")

    customer = new_id()
    append(changed(customer, "poison"), changed(customer, "behind"))
    reader = notebook.reader(spoil=spoil)
    delivery.drain(readers_of(reader))
    broken.clear()

    with write() as session:
        replay(session, reader)
    delivery.drain(readers_of(reader))

    assert notebook.notes() == ["poison", "behind"]
    assert notebook.set_aside() == {}


@pytest.mark.usefixtures("history")
def test_a_reader_that_is_behind_is_not_moved_forward(write, delivery, notebook):
    reader = notebook.reader()
    delivery.prepare(readers_of(reader))

    with write() as session:
        replay(session, reader, DAY + timedelta(days=7))

    assert delivery.drain(readers_of(reader)) == 10


def test_a_reader_that_cannot_forget_is_not_replayed(write, delivery, notebook, append):
    reader = notebook.reader()
    forgetless = type(reader)(name="notes", handlers=reader.handlers, kinds=reader.kinds)
    append(changed(new_id(), "a"))
    delivery.drain(readers_of(forgetless))

    with pytest.raises(Conflict), write() as session:
        replay(session, forgetless)
    assert notebook.positions() == [1]


def test_a_reader_that_never_read_cannot_be_replayed(write, notebook):
    with pytest.raises(NotFound), write() as session:
        replay(session, notebook.reader())


def test_a_worker_that_is_busy_for_long_is_not_waited_for(
    database, write, delivery, notebook, monkeypatch
):
    monkeypatch.setattr(bookmarks, "PATIENCE", "100ms")
    delivery.prepare(readers_of(notebook.reader()))

    with Session(database.engine) as worker:
        bookmarks.hold(worker, Unit("notes", (3,)), time_limit=60)
        with pytest.raises(Conflict, match="just now"), write() as session:
            replay(session, notebook.reader())


def test_forgetting_that_fails_leaves_everything_as_it_was(write, delivery, notebook, append):
    reader = notebook.reader()

    def stumble(session, since):
        session.execute(text("DELETE FROM seen"))
        raise OSError("no")

    stumbling = type(reader)(
        name="notes", handlers=reader.handlers, kinds=reader.kinds, replay_started=stumble
    )
    append(changed(new_id(), "a"))
    delivery.drain(readers_of(reader))

    with pytest.raises(OSError, match="no"), write() as session:
        replay(session, stumbling)

    assert notebook.positions() == [1]
    assert delivery.drain(readers_of(reader)) == 0


def test_a_replay_stands_in_the_audit(write, delivery, notebook, append, session):
    reader = notebook.reader()
    append(changed(new_id(), "a"))
    delivery.drain(readers_of(reader))

    with write() as writing:
        replay(writing, reader)

    entry = session.execute(text("SELECT action, subject_id, after FROM audit_entries")).one()
    assert tuple(entry) == ("delivery.replayed", "notes", {"since": None, "position": 0})
