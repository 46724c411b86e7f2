"""What an admin sees of delivery, and what follows from a decision."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.delivery.notebook import changed, neighbours, readers_of

from guanxi.delivery import decisions, overview
from guanxi.delivery.reader import Reader, kinds_for
from guanxi.errors import Conflict, NotFound
from guanxi.events import Vocabulary
from guanxi.ids import new_id


@pytest.fixture
def broken(notebook):
    """Notes at which the reader stumbles; a test may mend them."""
    return {"poison"}


@pytest.fixture
def deliver(delivery, notebook, broken):
    """Delivers all that is due to a reader that stumbles."""

    def spoil(event):
        if broken & set(event.fields):
            raise KeyError("broken")

    return lambda: delivery.drain(readers_of(notebook.reader(spoil=spoil)))


def test_who_is_behind_is_told_in_events_and_seconds(append, delivery, notebook, session, now):
    delivery.prepare(readers_of(notebook.reader()))
    append(*[changed(customer, "a") for customer in neighbours(3)])

    later = now + timedelta(seconds=40)
    (behind,) = [part for part in overview.lag(session, now=later) if part.events]

    assert behind == overview.Lag("notes", 3, 0, 3, 40.0)
    assert overview.backlogs(session, now=later) == {"notes": overview.Backlog("notes", 3, 40.0, 0)}


def test_who_has_read_everything_is_not_behind(append, deliver, session, now):
    append(changed(new_id(), "a"))
    deliver()

    assert overview.backlogs(session, now=now) == {"notes": overview.Backlog("notes", 0, 0.0, 0)}


def test_what_is_set_aside_is_listed_with_its_error(append, deliver, session, now):
    customer = new_id()
    append(changed(customer, "poison"), changed(customer, "behind"))
    deliver()

    first, second = overview.parked(session)

    assert (first.position, first.kind, first.customer_id) == (1, "CustomerChanged", customer)
    assert (first.state, first.tries) == ("retrying", 1)
    assert first.error.startswith("KeyError: 'broken'")
    assert (second.state, second.tries, second.error) == ("waiting", 0, None)
    assert overview.backlogs(session, now=now)["notes"].parked == 2


def test_the_tail_shows_the_last_events_or_those_after_a_position(append, session):
    append(*[changed(new_id(), str(n)) for n in range(5)])

    assert [e.position for e in overview.tail(session, limit=2)] == [4, 5]
    assert [e.position for e in overview.tail(session, after=1, limit=2)] == [2, 3]
    assert overview.tail(session, limit=1)[0].payload == {"fields": ["4"]}


def test_a_person_has_it_tried_again(append, deliver, notebook, broken, write):
    append(changed(new_id(), "poison"))
    deliver()
    broken.clear()

    with write() as session:
        decisions.retry_now(session, "notes", 1)
    deliver()

    assert notebook.notes() == ["poison"]
    assert notebook.set_aside() == {}


def test_all_that_wait_for_a_decision_are_tried_again(append, deliver, broken, write, database):
    append(changed(new_id(), "poison"), changed(new_id(), "poison"))
    deliver()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE delivery_parked SET state = 'parked'"))
    broken.clear()

    with write() as session:
        assert decisions.retry_all(session, "notes") == 2
    assert deliver() == 0


def test_a_skipped_event_never_comes_and_what_waited_goes_on(append, deliver, notebook, write):
    customer = new_id()
    append(*[changed(customer, note) for note in ("poison", "b", "c")])
    deliver()

    with write() as session:
        decisions.skip(session, "notes", 1)
    deliver()

    assert notebook.notes() == ["b", "c"]
    assert notebook.set_aside() == {1: "skipped"}


def test_an_event_that_waits_may_be_skipped_in_its_place(append, deliver, notebook, broken, write):
    customer = new_id()
    append(*[changed(customer, note) for note in ("poison", "b", "c")])
    deliver()
    with write() as session:
        decisions.skip(session, "notes", 2)
    broken.clear()

    with write() as session:
        decisions.retry_now(session, "notes", 1)
    deliver()

    assert notebook.notes() == ["poison", "c"]


def test_decisions_stand_in_the_audit(append, deliver, write, session):
    append(changed(new_id(), "poison"))
    deliver()

    with write() as writing:
        decisions.skip(writing, "notes", 1)

    action, subject, after = session.execute(
        text("SELECT action, subject_id, after FROM audit_entries")
    ).one()
    assert (action, subject, after["position"]) == ("delivery.skipped", "notes", 1)


def test_what_is_not_set_aside_cannot_be_decided(append, deliver, write):
    deliver()

    with pytest.raises(NotFound), write() as session:
        decisions.skip(session, "notes", 99)
    with pytest.raises(NotFound), write() as session:
        decisions.retry_now(session, "notes", 99)


def test_what_waits_or_was_skipped_cannot_be_retried(append, deliver, write):
    customer = new_id()
    append(changed(customer, "poison"), changed(customer, "behind"))
    deliver()

    with pytest.raises(Conflict), write() as session:
        decisions.retry_now(session, "notes", 2)
    with write() as session:
        decisions.skip(session, "notes", 1)
    with pytest.raises(Conflict), write() as session:
        decisions.skip(session, "notes", 1)


def test_a_reader_without_handlers_of_a_kind_counts_it_as_waiting_until_passed(
    append, delivery, session, now
):
    quiet = Reader(
        name="quiet",
        handlers={"on_customers_merged": lambda session, batch: None},
        kinds=kinds_for({"on_customers_merged"}, Vocabulary()),
    )
    append(changed(new_id(), "a"))

    delivery.drain(readers_of(quiet))

    assert overview.backlogs(session, now=now)["quiet"].events == 0
