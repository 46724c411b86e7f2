"""Of whom events wait for a reader."""

from guanxi.db import Actor
from guanxi.delivery.bookmarks import start_reader
from guanxi.delivery.undelivered import undelivered
from guanxi.events import append
from guanxi.events.vocabulary import CustomerChanged
from guanxi.ids import new_id

ACTOR = Actor("system", "test")


def test_only_customers_with_events_beyond_the_bookmark_wait(database, now):
    early, late, quiet = new_id(), new_id(), new_id()
    with database.write(ACTOR, now=now) as session:
        append(session, CustomerChanged(customer_id=early, fields=("city",)))
    with database.write(ACTOR, now=now) as session:
        start_reader(session, "core.facts", from_start=False)
    with database.write(ACTOR, now=now) as session:
        append(session, CustomerChanged(customer_id=late, fields=("city",)))

    with database.read() as session:
        assert undelivered(session, [early, late, quiet]) == {late}


def test_for_a_reader_that_never_read_everything_waits(database, now):
    customer_id = new_id()
    with database.write(ACTOR, now=now) as session:
        append(session, CustomerChanged(customer_id=customer_id, fields=("city",)))

    with database.read() as session:
        assert undelivered(session, [customer_id, new_id()], "nobody") == {customer_id}
        assert undelivered(session, []) == set()
