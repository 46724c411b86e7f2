"""The end of the log is read once for all readers that are near it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import text
from tests.delivery.notebook import changed, readers_of, strangers

from guanxi.delivery.delivery import Delivery
from guanxi.delivery.reader import Reader, kinds_for
from guanxi.delivery.recent import NEAR, Recent
from guanxi.events import Event, Vocabulary
from guanxi.events.vocabulary import CustomerCreated
from guanxi.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Listed(Event):
    """A plugin's event that holds something which its readers could change."""

    kind = "listed.Listed"
    names: list[str]


@pytest.fixture
def readings(database):
    """Return the statements that read the log's rows within the block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        found: list[str] = []

        def note(_connection, _cursor, statement, *_more):
            if "payload" in statement and statement.lstrip().startswith("SELECT"):
                found.append(statement)

        sql_event.listen(database.engine, "before_cursor_execute", note)
        yield found
        sql_event.remove(database.engine, "before_cursor_execute", note)

    return counting


def take(session, recent, *kinds, after=0, upto):
    return recent.take(session, kinds, after=dict.fromkeys(range(8), after), upto=upto, limit=500)


def test_readers_at_the_same_place_read_the_log_once(append, delivery, notebook, readings):
    append(*[changed(customer, "a") for customer in strangers()])

    with readings() as found:
        delivery.drain(readers_of(notebook.reader("one"), notebook.reader("two")))

    assert len(found) == 1
    assert notebook.positions("one") == notebook.positions("two") == [1, 2, 3, 4, 5, 6, 7, 8]


def test_each_reader_gets_its_own_kinds_only(append, delivery, notebook):
    append(changed(new_id(), "a"), CustomerCreated(customer_id=new_id(), customer_kind="person"))
    hooks = ("on_customers_changed",)
    narrow = Reader(
        name="narrow",
        handlers=dict.fromkeys(hooks, notebook.writing("narrow")),
        kinds=kinds_for(hooks, Vocabulary()),
    )

    delivery.drain(readers_of(notebook.reader("wide"), narrow))

    assert notebook.positions("wide") == [1, 2]
    assert notebook.positions("narrow") == [1]


def test_what_is_appended_later_is_read_anew(append, delivery, notebook):
    readers = readers_of(notebook.reader("one"), notebook.reader("two"))
    for n in range(3):
        append(changed(new_id(), str(n)))
        delivery.drain(readers)

    assert notebook.notes("one") == notebook.notes("two") == ["0", "1", "2"]


def test_a_reader_that_is_behind_the_others_misses_nothing(append, database, notebook):
    append(changed(new_id(), "a"))
    Delivery(database, Vocabulary()).drain(readers_of(notebook.reader("ahead")))
    append(changed(new_id(), "b"))

    Delivery(database, Vocabulary()).drain(
        readers_of(notebook.reader("ahead"), notebook.reader("new"))
    )

    assert notebook.notes("ahead") == notebook.notes("new") == ["a", "b"]


def test_a_batch_larger_than_a_reader_wants_comes_in_several(append, delivery, notebook):
    append(*[changed(new_id(), str(n)) for n in range(30)])

    delivery.drain(readers_of(notebook.reader("large"), notebook.reader("small", batch=8)))

    assert notebook.positions("small") == notebook.positions("large") == list(range(1, 31))


def test_one_who_is_far_behind_reads_for_themselves(session):
    recent = Recent(Vocabulary())

    assert take(session, recent, "CustomerChanged", upto=NEAR + 1) is None
    assert take(session, recent, "CustomerChanged", after=1, upto=NEAR + 1) is not None


def test_the_cores_events_are_decoded_once_and_a_plugins_for_each(append, session):
    vocabulary = Vocabulary()
    vocabulary.add(Listed)
    append(changed(new_id(), "a"), Listed(customer_id=new_id(), names=["x"]))
    recent = Recent(vocabulary)
    kinds = ("CustomerChanged", "listed.Listed")

    first = take(session, recent, *kinds, upto=2).events
    second = take(session, recent, *kinds, upto=2).events

    assert first == second
    assert first[0] is second[0]
    assert first[1].names is not second[1].names


def test_an_erased_event_is_passed_over(append, session, database):
    append(changed(new_id(), "a"), changed(new_id(), "b"))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE events SET payload = '{}' WHERE position = 1"))

    taken = take(session, Recent(Vocabulary()), "CustomerChanged", upto=2)

    assert [event.position for event in taken.events] == [2]
    assert set(taken.positions.values()) == {2}
