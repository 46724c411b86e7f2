"""Background jobs: queued with a transaction, run once, noted, tried again."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from guanxi.clock import utc_now
from guanxi.delivery import job_runs
from guanxi.delivery.job_queue import add_jobs, add_plugin_jobs
from guanxi.delivery.job_running import JobRunner, arguments_for
from guanxi.delivery.jobs import (
    BackgroundJob,
    JobInterrupted,
    create_queue,
    defer,
    defer_job,
    defer_plugin_job,
    job,
    make_app,
)
from guanxi.ids import new_id


@pytest.fixture
def queue(platform):
    """A platform whose database has a queue."""
    return platform


@pytest.fixture
def work_off(queue):
    """``work_off(job, ...)`` runs a worker until the queue is empty."""

    def working(*jobs, stopping=False):
        app = make_app(queue.database.url)
        runner = JobRunner(queue, lambda: stopping)
        add_jobs(app, runner, jobs)
        add_plugin_jobs(app, runner, queue.host)

        async def run():
            async with app.open_async():
                await app.run_worker_async(
                    wait=False,
                    install_signal_handlers=False,
                    listen_notify=False,
                    delete_jobs="successful",
                )

        # On a thread of its own: a browser test may have left its loop running in this one.
        with ThreadPoolExecutor(max_workers=1) as elsewhere:
            elsewhere.submit(asyncio.run, run()).result()

    return working


def runs(platform):
    query = text("SELECT name, plugin, state, detail, error FROM job_runs ORDER BY started_at")
    with platform.database.read() as session:
        return [tuple(row) for row in session.execute(query)]


def waiting(platform):
    query = text("SELECT status, attempts FROM procrastinate_jobs ORDER BY id")
    with platform.database.read() as session:
        return [tuple(row) for row in session.execute(query)]


def test_creating_the_queue_twice_changes_nothing(queue):
    with queue.database.engine.begin() as connection:
        create_queue(connection)


def test_a_job_is_run_with_its_arguments_and_noted(queue, write, work_off):
    got = []

    @job("greet")
    def greet(platform, who):
        got.append((platform is queue, who))
        return {"greeted": 1}

    with write() as session:
        defer(session, "greet", who="Ming")
    work_off(greet)

    assert got == [(True, "Ming")]
    assert runs(queue) == [("greet", None, "succeeded", {"greeted": 1}, None)]
    assert waiting(queue) == []


def test_a_job_of_a_transaction_that_rolls_back_does_not_exist(queue, write):
    def change_one_s_mind():
        with write() as session:
            defer(session, "greet", who="Ming")
            raise KeyError("no")

    with pytest.raises(KeyError):
        change_one_s_mind()

    assert waiting(queue) == []


def test_arguments_come_in_the_types_that_the_function_asks_for():
    def run(platform, customer_id: UUID, day: date, amount: Decimal, name: str):
        """Only its annotations matter."""

    customer = new_id()
    arguments = {
        "customer_id": str(customer),
        "day": "2026-11-02",
        "amount": "1.50",
        "name": "Ming",
    }

    assert arguments_for(run, arguments, control=None) == {
        "customer_id": customer,
        "day": date(2026, 11, 2),
        "amount": Decimal("1.50"),
        "name": "Ming",
    }


def test_a_job_waits_for_its_time(queue, write, work_off):
    got = []
    later = BackgroundJob(name="later", run=lambda platform: got.append(1))
    with write() as session:
        defer_job(session, "later", {}, utc_now() + timedelta(hours=1))

    work_off(later)

    assert got == []
    assert waiting(queue) == [("todo", 0)]


def test_a_failing_job_is_noted_with_its_error(queue, write, work_off):
    @job("break")
    def fail(platform):
        raise ValueError("not today")

    with write() as session:
        defer(session, "break")
    work_off(fail)

    ((name, _, state, _, error),) = runs(queue)
    assert (name, state) == ("break", "failed")
    assert error.startswith("ValueError: not today")
    assert waiting(queue) == [("failed", 1)]


def test_a_job_with_retries_is_queued_again(queue, write, work_off):
    @job("break", retries=1)
    def fail(platform):
        raise ValueError("not today")

    with write() as session:
        defer(session, "break")
    work_off(fail)

    assert waiting(queue) == [("todo", 1)]


def test_a_job_that_stops_because_the_worker_stops_is_queued_again(queue, write, work_off):
    @job("long")
    def count(platform, control):
        control.check()

    with write() as session:
        defer(session, "long")
    work_off(count, stopping=True)

    assert waiting(queue) == [("todo", 1)]
    assert [state for _, _, state, _, _ in runs(queue)] == ["interrupted"]


def test_a_job_that_another_process_is_at_is_not_run_twice(queue, write):
    got = []
    runner = JobRunner(queue, lambda: False)
    once = BackgroundJob(name="once", run=lambda platform: got.append(1))

    with job_runs.alive(queue.database, 7), pytest.raises(JobInterrupted):
        runner.run(once, 7, {})

    assert got == []


def test_a_job_that_came_to_its_end_is_not_run_again(queue):
    got = []
    runner = JobRunner(queue, lambda: False)
    once = BackgroundJob(name="once", run=lambda platform: got.append(1))

    runner.run(once, 7, {})
    runner.run(once, 7, {})

    assert got == [1]


def test_a_plugin_job_waits_only_once(queue, write):
    with write() as session:
        first = defer_plugin_job(session, "loyalty", "expire")
        second = defer_plugin_job(session, "loyalty", "expire")

    assert (first, second) == (True, False)
    assert waiting(queue) == [("todo", 0)]


def test_a_job_of_a_plugin_that_is_not_at_work_does_nothing(queue, write, work_off):
    with write() as session:
        defer_plugin_job(session, "loyalty", "expire")

    work_off()

    assert runs(queue) == []
    assert waiting(queue) == []
