"""Several workers share the readers; each event still takes effect once."""

from threading import Barrier, Thread

from sqlalchemy.orm import Session
from tests.delivery.notebook import changed, readers_of, strangers

from guanxi.db import Database
from guanxi.delivery.bookmarks import Unit, hold
from guanxi.delivery.delivery import Delivery
from guanxi.events import Vocabulary
from guanxi.ids import new_id

WORKERS = 3


def deliver_at_once(database_url, readers):
    """Let workers drain the log at the same moment, each with connections of its own."""
    start = Barrier(WORKERS)

    def work():
        database = Database(database_url)
        start.wait()
        Delivery(database, Vocabulary()).drain(readers)
        database.dispose()

    threads = [Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_workers_side_by_side_apply_each_event_once(append, database_url, notebook):
    customers = [*strangers()]
    numbers = [str(n) for n in range(60)]
    append(*[changed(customer, n) for n in numbers for customer in customers])
    readers = readers_of(
        *(notebook.reader(name, batch=7) for name in ("loyalty", "surveys", "scoring"))
    )

    deliver_at_once(database_url, readers)
    Delivery(notebook.database, Vocabulary()).drain(readers)

    for name in readers.readers:
        assert notebook.positions(name) == list(range(1, 481))
        for customer in customers:
            assert notebook.notes(name, customer) == numbers


def test_a_unit_that_somebody_holds_is_left_alone(append, delivery, notebook, database):
    append(changed(new_id(), "a"))
    readers = readers_of(notebook.reader())
    delivery.prepare(readers)
    (due,), upto = delivery.look(readers)

    with Session(database.engine) as elsewhere:
        held = hold(elsewhere, due.unit, time_limit=60)
        meanwhile = delivery.run(readers, due, upto)

    assert held is not None
    assert meanwhile is None
    assert notebook.notes() == []


def test_two_workers_divide_the_parts_of_the_log(database, delivery, notebook):
    delivery.prepare(readers_of(notebook.reader()))
    with Session(database.engine) as one, Session(database.engine) as other:
        first = hold(one, Unit("notes", (0, 1)), time_limit=60)
        second = hold(other, Unit("notes", (0, 1, 2, 3)), time_limit=60)

    assert sorted(first.positions) == [0, 1]
    assert sorted(second.positions) == [2, 3]
