"""An event that a reader cannot digest is set aside; its customer waits, the others do not."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from tests.delivery.notebook import changed, neighbours, readers_of

from guanxi import events
from guanxi.clock import utc_now
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.parking import RETRIES
from guanxi.delivery.reader import Reader, kinds_for
from guanxi.events import Vocabulary
from guanxi.ids import new_id


class Poison:
    """Spoils every event that carries the note, until it is healed."""

    def __init__(self) -> None:
        self.deadly = True

    def __call__(self, event) -> None:
        if self.deadly and "poison" in getattr(event, "fields", ()):
            raise ValueError("cannot digest \x00 this")


@pytest.fixture
def poison():
    return Poison()


@pytest.fixture
def readers(notebook, poison):
    return readers_of(notebook.reader(spoil=poison))


def later(seconds: float):
    return time_machine.travel(utc_now() + timedelta(seconds=seconds))


def test_a_poison_event_is_set_aside_with_its_error(append, delivery, readers, session):
    append(changed(new_id(), "poison"))

    delivery.drain(readers)

    row = session.execute(text("SELECT state, tries, error FROM delivery_parked")).one()
    assert (row.state, row.tries) == ("retrying", 1)
    assert row.error.startswith("ValueError: cannot digest \N{REPLACEMENT CHARACTER} this")


def test_what_the_handler_wrote_for_it_is_undone(append, delivery, readers, notebook):
    append(changed(new_id(), "poison"))

    delivery.drain(readers)

    assert notebook.notes() == []


def test_events_that_it_appended_before_it_failed_are_forgotten(append, delivery, session):
    def answer_and_fail(session, batch):
        for event in batch:
            if event.actor == "test":
                events.append(session, changed(event.customer_id, f"to {event.fields[0]}"))
            if event.fields == ("poison",):
                raise ValueError("cannot digest this")

    reader = Reader(
        name="answers",
        handlers={"on_customers_changed": answer_and_fail},
        kinds=kinds_for({"on_customers_changed"}, Vocabulary()),
    )
    append(changed(new_id(), "poison"), changed(new_id(), "fine"))

    delivery.drain(readers_of(reader))

    answers = session.scalars(
        text("SELECT payload #>> '{fields,0}' FROM events WHERE actor_kind = 'plugin'")
    )
    assert list(answers) == ["to fine"]


def test_other_customers_flow_on_and_its_own_later_events_wait(append, delivery, readers, notebook):
    sick, healthy = neighbours(2)
    append(
        changed(sick, "first"),
        changed(sick, "poison"),
        changed(healthy, "well"),
        changed(sick, "behind"),
    )
    delivery.drain(readers)
    append(changed(sick, "last"), changed(healthy, "still well"))

    delivery.drain(readers)

    assert notebook.notes(customer_id=sick) == ["first"]
    assert notebook.notes(customer_id=healthy) == ["well", "still well"]
    assert notebook.set_aside() == {2: "retrying", 4: "waiting", 5: "waiting"}


def test_a_retry_that_succeeds_lets_the_waiting_ones_follow_in_order(
    append, delivery, readers, notebook, poison
):
    customer = new_id()
    append(*[changed(customer, note) for note in ("poison", "b", "c")])
    delivery.drain(readers)
    poison.deadly = False

    with later(2):
        delivery.drain(readers)

    assert notebook.notes() == ["poison", "b", "c"]
    assert notebook.set_aside() == {}


def test_a_waiting_event_that_fails_in_its_turn_is_set_aside_itself(append, delivery, notebook):
    customer = new_id()
    broken = {"a", "b"}

    def spoil(event):
        if broken & set(event.fields):
            raise KeyError("broken")

    readers = readers_of(notebook.reader(spoil=spoil))
    append(*[changed(customer, note) for note in ("a", "b", "c")])
    delivery.drain(readers)
    broken.remove("a")

    with later(2):
        delivery.drain(readers)

    assert notebook.notes() == ["a"]
    assert notebook.set_aside() == {2: "retrying", 3: "waiting"}


def test_after_its_last_try_it_waits_for_a_person(append, delivery, readers, session, notebook):
    append(changed(new_id(), "poison"))
    passed = 0.0
    for wait in (timedelta(0), *RETRIES):
        passed += wait.total_seconds() + 1
        with later(passed):
            delivery.drain(readers)

    assert notebook.set_aside() == {1: "parked"}
    assert session.execute(text("SELECT tries FROM delivery_parked")).scalar_one() == 6


def test_it_is_not_tried_before_its_time(append, delivery, notebook):
    tries = []

    def spoil(event):
        tries.append(event.position)
        raise KeyError("broken")

    readers = readers_of(notebook.reader(spoil=spoil))
    append(changed(new_id(), "a"))
    delivery.drain(readers)
    before = len(tries)

    delivery.drain(readers)

    assert len(tries) == before


def test_events_without_customer_do_not_wait_for_each_other(append, delivery, readers, notebook):
    append(changed(None, "poison"), changed(None, "well"))

    delivery.drain(readers)

    assert notebook.notes() == ["well"]
    assert notebook.set_aside() == {1: "retrying"}


def test_an_event_that_cannot_be_read_is_set_aside(append, delivery, readers, notebook, database):
    customer = new_id()
    append(changed(customer, "a"), changed(customer, "b"), changed(None, "other"))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE events SET payload = '{\"what\": 1}' WHERE position = 1"))

    delivery.drain(readers)

    assert notebook.notes() == ["other"]
    assert notebook.set_aside() == {1: "retrying", 2: "waiting"}


def test_a_row_that_the_database_refuses_counts_as_the_events_failure(
    append, delivery, notebook, database
):
    def spoil(event):
        if event.fields == ("bad",):
            with_session(text("INSERT INTO audit_entries (at) VALUES (NULL)"))

    reader = notebook.reader(spoil=spoil)
    inner = reader.handlers["on_customers_changed"]

    def with_session(statement):
        current[0].execute(statement)

    current = []

    def remembering(session, batch):
        current[:] = [session]
        inner(session, batch)

    reader.handlers["on_customers_changed"] = remembering
    append(changed(new_id(), "bad"), changed(new_id(), "good"))

    delivery.drain(readers_of(reader))

    assert notebook.notes() == ["good"]
    assert notebook.set_aside() == {1: "retrying"}


def test_one_reader_s_trouble_is_not_another_s(append, delivery, notebook, poison):
    readers = readers_of(notebook.reader("sick", poison), notebook.reader("well"))
    append(changed(new_id(), "poison"))

    delivery.drain(readers)

    assert notebook.notes("sick") == []
    assert notebook.notes("well") == ["poison"]


def test_the_failure_is_reported_once(append, delivery, notebook, poison):
    reported = []
    reader = notebook.reader(spoil=poison)
    reader = type(reader)(
        name=reader.name,
        handlers=reader.handlers,
        kinds=reader.kinds,
        failed=lambda hook, error: reported.append((hook, type(error))),
    )
    append(changed(new_id(), "poison"), changed(new_id(), "fine"))

    delivery.drain(readers_of(reader))

    assert reported == [("on_customers_changed", ValueError)]


def test_a_handler_that_exits_is_treated_as_failing(append, delivery, notebook):
    def spoil(event):
        raise SystemExit(3)

    append(changed(new_id(), "a"))

    delivery.drain(readers_of(notebook.reader(spoil=spoil)))

    assert notebook.set_aside() == {1: "retrying"}


def test_strict_delivery_lets_the_failure_through(append, database, readers):
    strict = Delivery(database, Vocabulary(), strict=True)
    append(changed(new_id(), "poison"))

    with pytest.raises(ValueError, match="cannot digest"):
        strict.drain(readers)
