"""Failures that are no event's fault: nothing is set aside, the step is done again later."""

import pytest
from psycopg import errors
from sqlalchemy import text
from tests.delivery.notebook import changed, readers_of

from guanxi.delivery.delivery import Delivery
from guanxi.delivery.failure import described, is_passing
from guanxi.delivery.reader import Reader, kinds_for
from guanxi.events import Vocabulary
from guanxi.ids import new_id
from guanxi.plugins.watch import HookTimedOut


class Trouble:
    """Raises an error the first time."""

    def __init__(self, error) -> None:
        self.errors = [error]

    def __call__(self, event) -> None:
        if self.errors:
            raise self.errors.pop()


@pytest.mark.parametrize(
    "error", [errors.DeadlockDetected("x"), errors.AdminShutdown("x"), HookTimedOut()]
)
def test_nothing_is_set_aside_and_the_step_comes_again(append, delivery, notebook, error):
    readers = readers_of(notebook.reader(spoil=Trouble(error)))
    append(changed(new_id(), "a"))
    delivery.prepare(readers)
    (due,), upto = delivery.look(readers)

    failed = delivery.run(readers, due, upto)
    meanwhile = (notebook.notes(), notebook.set_aside())
    delivery.run(readers, due, upto)

    assert failed is None
    assert meanwhile == ([], {})
    assert notebook.notes() == ["a"]


def test_a_connection_that_broke_in_the_middle_is_no_event_s_fault(append, delivery, notebook):
    def cut(session, batch):
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    reader = Reader(
        name="notes",
        handlers={"on_customers_changed": cut},
        kinds=kinds_for({"on_customers_changed"}, Vocabulary()),
    )
    append(changed(new_id(), "a"))

    delivery.drain(readers_of(reader))

    assert notebook.set_aside() == {}


def test_a_statement_that_takes_too_long_is_the_event_s_fault(append, database, notebook):
    def sleep_long(session, batch):
        session.execute(text("SELECT pg_sleep(30)"))

    reader = Reader(
        name="notes",
        handlers={"on_customers_changed": sleep_long},
        kinds=kinds_for({"on_customers_changed"}, Vocabulary()),
    )
    append(changed(new_id(), "a"))

    Delivery(database, Vocabulary(), time_limit=0.2).drain(readers_of(reader))

    assert notebook.set_aside() == {1: "retrying"}


def test_an_error_caused_by_a_deadlock_is_recognised():
    wrapped = ValueError("could not save")
    wrapped.__cause__ = errors.DeadlockDetected("deadlock")

    assert is_passing(wrapped)
    assert not is_passing(ValueError("could not save"))


def test_an_error_is_told_by_its_class_first_and_fits_into_a_row():
    told = described(ValueError("x" * 100_000 + "\x00"))

    assert told.startswith("ValueError: xxx")
    assert len(told) < 10_000
    assert "\x00" not in told
