"""A worker that is killed hard in the middle of a batch: another goes on, exactly once."""

import os
import random
import signal
import time

import pytest
from tests.delivery.notebook import INSERT, changed, readers_of, strangers

from guanxi.db import Database
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.reader import EVENT_HOOKS, Reader, kinds_for
from guanxi.events import Vocabulary

ROUNDS = 30


def dawdle(session, batch):
    """Write each event down, taking one's time, so that a kill lands anywhere."""
    for event in batch:
        values = {"r": "notes", "p": event.position, "k": "", "n": ",".join(event.fields)}
        session.execute(INSERT, values | {"c": event.customer_id})
        time.sleep(0.001)


def worker(database_url):
    """Start a process that delivers slowly until killed; return its id."""
    pid = os.fork()
    if pid == 0:
        try:
            deliver_for_ever(database_url)
        finally:
            os._exit(1)
    return pid


def deliver_for_ever(database_url):
    """Drain the log again and again, with connections of one's own."""
    reader = Reader(
        name="notes",
        handlers=dict.fromkeys(EVENT_HOOKS, dawdle),
        kinds=kinds_for(EVENT_HOOKS, Vocabulary()),
        batch=20,
    )
    database = Database(database_url)
    while True:
        Delivery(database, Vocabulary()).drain(readers_of(reader))


@pytest.mark.faults
def test_a_killed_worker_loses_nothing_and_doubles_nothing(append, database_url, notebook):
    customers = [*strangers()]
    chance = random.Random(20)
    written = 0
    for _ in range(ROUNDS):
        numbers = [str(written + n) for n in range(10)]
        append(*[changed(customer, n) for n in numbers for customer in customers])
        written += 10
        pid = worker(database_url)
        time.sleep(chance.uniform(0.02, 0.2))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    done_by_the_killed = len(notebook.positions())

    Delivery(notebook.database, Vocabulary()).drain(readers_of(notebook.reader()))

    assert done_by_the_killed > 0
    assert notebook.positions() == list(range(1, ROUNDS * 80 + 1))
    for customer in customers:
        assert notebook.notes(customer_id=customer) == [str(n) for n in range(written)]
