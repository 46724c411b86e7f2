"""What a delivery step promises: order, exactly once, all or nothing."""

import pytest
from sqlalchemy import text
from tests.delivery.notebook import changed, readers_of, strangers

from guanxi import events
from guanxi.delivery.bookmarks import start_reader
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.reader import BATCH, Reader, kinds_for
from guanxi.events import Vocabulary
from guanxi.events.vocabulary import CustomerChanged, CustomerCreated
from guanxi.ids import new_id


def test_each_event_reaches_the_handler_once(append, delivery, notebook):
    append(*[changed(customer, "a") for customer in strangers()])
    readers = readers_of(notebook.reader())

    assert delivery.drain(readers) == 8
    assert delivery.drain(readers) == 0
    assert notebook.positions() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_events_of_one_customer_come_in_order_over_many_batches(append, delivery, notebook):
    a, b = new_id(), new_id()
    numbers = [str(n) for n in range(BATCH + 50)]
    append(*[changed(customer, n) for n in numbers for customer in (a, b)])

    delivery.drain(readers_of(notebook.reader()))

    assert notebook.notes(customer_id=a) == numbers
    assert notebook.notes(customer_id=b) == numbers


def test_events_that_a_handler_appends_are_delivered_in_turn(append, delivery, notebook):
    def answer(event):
        if isinstance(event, CustomerCreated):
            events.append(current[0], changed(event.customer_id, "welcome"))

    current = []
    reader = notebook.reader(spoil=answer)
    inner = reader.handlers["on_customers_created"]

    def remembering(session, batch):
        current[:] = [session]
        inner(session, batch)

    reader.handlers["on_customers_created"] = remembering
    append(CustomerCreated(customer_id=new_id(), customer_kind="person"))

    delivery.drain(readers_of(reader))

    assert notebook.notes() == [None, "welcome"]


def test_the_actor_of_a_handlers_events_is_the_plugin(append, delivery, session):
    def answer(session, batch):
        events.append(session, changed(batch[0].customer_id, "seen"))

    reader = Reader(
        name="loyalty",
        handlers={"on_customers_created": answer},
        kinds=kinds_for({"on_customers_created"}, Vocabulary()),
    )
    append(CustomerCreated(customer_id=new_id(), customer_kind="person"))

    delivery.drain(readers_of(reader))

    actor = session.execute(
        text("SELECT actor_kind, actor_name FROM events WHERE kind = 'CustomerChanged'")
    ).one()
    assert tuple(actor) == ("plugin", "loyalty")


def test_kinds_that_nobody_knows_any_more_are_passed_over(append, delivery, notebook, database):
    append(changed(new_id(), "before"))
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO events (partition, kind, version, recorded_at, actor_kind, "
                "actor_name, payload) VALUES (0, 'gone.Happened', 1, now(), 'plugin', 'gone', "
                "'{\"what\": 1}')"
            )
        )
    append(changed(new_id(), "after"))

    delivery.drain(readers_of(notebook.reader()))

    assert sorted(notebook.notes()) == ["after", "before"]
    assert delivery.drain(readers_of(notebook.reader())) == 0


def test_events_that_an_erasure_emptied_are_passed_over(append, delivery, notebook, database):
    append(changed(new_id(), "personal"), changed(new_id(), "other"))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE events SET payload = '{}' WHERE position = 1"))

    delivery.drain(readers_of(notebook.reader()))

    assert notebook.notes() == ["other"]


def test_a_reader_without_the_handler_still_moves_past_the_events(append, delivery, session):
    reader = Reader(
        name="quiet",
        handlers={"on_customers_merged": lambda session, batch: None},
        kinds=kinds_for({"on_customers_merged"}, Vocabulary()),
    )
    append(*[changed(customer, "a") for customer in strangers()])

    delivery.drain(readers_of(reader))

    bookmarks = session.execute(text("SELECT min(position) FROM delivery_bookmarks")).scalar_one()
    assert bookmarks == 8


def test_a_new_reader_gets_the_whole_history(append, delivery, notebook):
    append(changed(new_id(), "long ago"))

    delivery.drain(readers_of(notebook.reader()))

    assert notebook.notes() == ["long ago"]


def test_a_new_reader_may_start_with_what_happens_from_now_on(append, delivery, notebook, write):
    append(changed(new_id(), "long ago"))
    with write() as session:
        start_reader(session, "notes", from_start=False)
    append(changed(new_id(), "today"))

    delivery.drain(readers_of(notebook.reader()))

    assert notebook.notes() == ["today"]


def test_a_disabled_reader_catches_up(append, delivery, notebook):
    reader = notebook.reader()
    append(changed(new_id(), "enabled"))
    delivery.drain(readers_of(reader))
    append(changed(new_id(), "disabled"))
    delivery.drain(readers_of())
    asleep = notebook.notes()

    delivery.drain(readers_of(reader))

    assert asleep == ["enabled"]
    assert notebook.notes() == ["enabled", "disabled"]


def test_readers_of_an_old_generation_do_nothing(append, delivery, notebook, database):
    append(changed(new_id(), "a"))
    readers = readers_of(notebook.reader())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE platform_state SET generation = generation + 1"))

    assert delivery.drain(readers) == 0
    assert notebook.notes() == []


def ending(notebook, how):
    def end(session, batch):
        notebook.writing("notes")(session, batch)
        getattr(session, how)()

    return Reader(
        name="notes",
        handlers={"on_customers_changed": end},
        kinds=kinds_for({"on_customers_changed"}, Vocabulary()),
    )


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_a_handler_may_not_end_the_transaction(append, delivery, notebook, how):
    append(changed(new_id(), "a"))

    delivery.drain(readers_of(ending(notebook, how)))

    assert notebook.notes() == []
    assert notebook.set_aside() == {1: "retrying"}


def test_a_handler_that_closes_the_session_is_quarantined(append, database, notebook):
    quarantined = []
    delivery = Delivery(
        database, Vocabulary(), quarantine=lambda name, why: quarantined.append(name)
    )
    append(changed(new_id(), "a"))
    readers = readers_of(ending(notebook, "close"))
    delivery.prepare(readers)
    (due,), upto = delivery.look(readers)

    assert delivery.run(readers, due, upto) is None
    assert quarantined == ["notes"]
    assert notebook.notes() == []


def test_a_handler_may_use_savepoints(append, delivery, notebook):
    def careful(session, batch):
        with session.begin_nested():
            notebook.writing("notes")(session, batch)

    reader = Reader(
        name="notes",
        handlers={"on_customers_changed": careful},
        kinds=kinds_for({"on_customers_changed"}, Vocabulary()),
    )
    append(changed(new_id(), "kept"))

    delivery.drain(readers_of(reader))

    assert notebook.notes() == ["kept"]


def test_an_event_comes_back_as_it_was_appended(append, delivery):
    got = []
    customer = new_id()
    reader = Reader(
        name="r",
        handlers={"on_customers_changed": lambda session, batch: got.extend(batch)},
        kinds=kinds_for({"on_customers_changed"}, Vocabulary()),
    )
    append(changed(customer, "name", "city"))

    delivery.drain(readers_of(reader))

    assert got == [CustomerChanged(customer_id=customer, fields=("name", "city"))]
    assert (got[0].position, got[0].actor) == (1, "test")
