"""A reader that fails for everybody is switched off, instead of every event being set aside."""

import pytest
from sqlalchemy import text
from tests.delivery.notebook import changed, neighbours, readers_of

from guanxi.delivery.attempt import STREAK_LIMIT
from guanxi.delivery.delivery import Delivery
from guanxi.events import Vocabulary
from guanxi.ids import new_id


@pytest.fixture
def quarantined():
    return []


@pytest.fixture
def careful(database, quarantined):
    return Delivery(database, Vocabulary(), quarantine=lambda *said: quarantined.append(said))


def spoil_all(event):
    raise RuntimeError("always")


def one_step(delivery, readers):
    delivery.prepare(readers)
    due, upto = delivery.look(readers)
    return [delivery.run(readers, item, upto) for item in due]


def bookmarks(session):
    return set(session.scalars(text("SELECT position FROM delivery_bookmarks")))


def test_when_nobody_s_events_succeed_the_plugin_is_quarantined(
    append, careful, quarantined, notebook, session
):
    readers = readers_of(notebook.reader(spoil=spoil_all))
    append(*[changed(customer, "a") for customer in neighbours(STREAK_LIMIT + 5)])

    assert one_step(careful, readers) == [None]

    ((name, why),) = quarantined
    assert name == "notes"
    assert why.startswith("RuntimeError: always")
    assert notebook.set_aside() == {}
    assert bookmarks(session) == {0}


def test_the_bookmark_stays_so_nothing_is_missing_after_the_repair(
    append, careful, quarantined, notebook
):
    customers = neighbours(STREAK_LIMIT + 5)
    append(*[changed(customer, "a") for customer in customers])
    one_step(careful, readers_of(notebook.reader(spoil=spoil_all)))

    careful.drain(readers_of(notebook.reader()))

    assert len(notebook.positions()) == len(customers)


def test_a_success_in_between_shows_that_it_is_not_the_plugin(
    append, careful, quarantined, notebook
):
    def spoil(event):
        if event.fields == ("bad",):
            raise RuntimeError("sometimes")

    customers = neighbours(2 * STREAK_LIMIT)
    notes = ["bad" if n % 10 else "good" for n in range(len(customers))]
    append(*[changed(c, note) for c, note in zip(customers, notes, strict=True)])

    careful.drain(readers_of(notebook.reader(spoil=spoil)))

    assert quarantined == []
    assert len(notebook.set_aside()) == notes.count("bad")


def test_many_events_of_one_customer_are_one_failure(append, careful, quarantined, notebook):
    customer = new_id()
    append(*[changed(customer, "a") for _ in range(STREAK_LIMIT + 5)])

    one_step(careful, readers_of(notebook.reader(spoil=spoil_all)))

    assert quarantined == []


def test_failures_add_up_over_steps(append, careful, quarantined, notebook):
    readers = readers_of(notebook.reader(spoil=spoil_all))
    for customer in neighbours(STREAK_LIMIT):
        append(changed(customer, "a"))
        one_step(careful, readers)

    assert [name for name, _ in quarantined] == ["notes"]


def test_a_reader_of_the_core_is_not_switched_off_but_waits(
    append, careful, quarantined, notebook, session
):
    reader = notebook.reader(spoil=spoil_all)
    core = type(reader)(
        name="core.notes", handlers=reader.handlers, kinds=reader.kinds, plugin=False
    )
    append(*[changed(customer, "a") for customer in neighbours(STREAK_LIMIT)])

    one_step(careful, readers_of(core))

    assert quarantined == []
    assert careful.look(readers_of(core))[0] == []
    assert bookmarks(session) == {0}
