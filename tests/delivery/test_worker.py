"""A whole worker process: events, jobs, the end, and being killed."""

import os
import signal
from time import monotonic, sleep

import pytest
from sqlalchemy import text
from tests.delivery.notebook import changed
from tests.delivery.plugin import READING, WORKING
from tests.delivery.test_at_work import switch
from tests.delivery.test_pool import eventually

from guanxi.delivery import job_queue, worker
from guanxi.delivery.jobs import defer, defer_plugin_job, job
from guanxi.delivery.worker import run_worker
from guanxi.ids import new_id

RESTART_ME = 75


class Process:
    """A worker in a process of its own."""

    def __init__(self, platform, *jobs) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            try:
                platform.database.engine.dispose(close=False)
                run_worker(platform, stuck=lambda: os._exit(RESTART_ME), jobs=jobs)
                os._exit(0)
            finally:
                os._exit(1)

    def end(self, number=signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; return the exit code and how long the end took."""
        started = monotonic()
        os.kill(self.pid, number)
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status), monotonic() - started


@pytest.fixture
def start():
    started = []

    def starting(platform, *jobs):
        started.append(Process(platform, *jobs))
        return started[-1]

    yield starting
    for process in started:
        if process.pid:
            process.end(signal.SIGKILL)


def states(platform):
    with platform.database.read() as session:
        rows = session.execute(text("SELECT name, state FROM job_runs ORDER BY started_at"))
        return [tuple(row) for row in rows]


def test_it_delivers_and_ends_when_told(folder, open_platform, append, notebook, start):
    folder.add("sample", READING)
    platform = open_platform()
    switch(platform)
    process = start(platform)
    append(changed(new_id(), "a"))
    assert eventually(lambda: notebook.notes("sample") == ["a"])

    code, seconds = process.end()

    assert code == 0
    assert seconds < 10


def test_a_plugin_switched_off_and_on_is_noticed_at_once(
    folder, open_platform, append, notebook, start
):
    folder.add("sample", READING)
    platform = open_platform()
    switch(platform)
    start(platform)
    append(changed(new_id(), "on"))
    assert eventually(lambda: notebook.notes("sample") == ["on"])

    switch(platform, on=False)
    append(changed(new_id(), "off"))
    sleep(0.5)
    asleep = notebook.notes("sample")
    switch(platform)

    assert asleep == ["on"]
    assert eventually(lambda: notebook.notes("sample") == ["on", "off"])


def test_a_plugin_s_scheduled_job_runs_by_the_clock(folder, open_platform, notebook, start):
    folder.add("sample", WORKING.replace("SECONDS", "0"))
    platform = open_platform()
    switch(platform)

    start(platform)

    assert eventually(lambda: ("expire", "succeeded") in states(platform))
    assert "expired" in notebook.notes("sample")


def test_a_job_is_run_soon_after_the_commit_that_queued_it(open_platform, write, start):
    platform = open_platform()

    @job("greet")
    def greet(platform):
        """Nothing to do."""

    start(platform, greet)
    with write() as session:
        defer(session, "greet")

    assert eventually(lambda: ("greet", "succeeded") in states(platform))


@pytest.fixture
def quick_to_notice(monkeypatch):
    """Have workers look often whether another died."""
    monkeypatch.setattr(job_queue, "HEARTBEAT", 0.3)
    monkeypatch.setattr(job_queue, "SILENCE", 2.0)


@pytest.mark.faults
@pytest.mark.usefixtures("quick_to_notice")
def test_a_job_whose_worker_was_killed_is_done_by_another_once(
    folder, open_platform, write, notebook, start
):
    folder.add("sample", WORKING.replace("SECONDS", "1").replace("* * * * * *", "0 0 1 1 *"))
    platform = open_platform()
    switch(platform)
    first = start(platform)
    with write() as session:
        defer_plugin_job(session, "sample", "dawdle")
    assert eventually(lambda: ("dawdle", "running") in states(platform))
    first.end(signal.SIGKILL)

    start(platform)

    assert eventually(lambda: ("dawdle", "succeeded") in states(platform), seconds=30)
    assert notebook.notes("sample").count("dawdled") == 1


def test_a_long_job_that_minds_the_end_is_queued_again(open_platform, write, start):
    platform = open_platform()

    @job("count")
    def count(platform, control):
        while True:
            control.check()
            sleep(0.02)

    process = start(platform, count)
    with write() as session:
        defer(session, "count")
    assert eventually(lambda: ("count", "running") in states(platform))

    code, seconds = process.end()

    assert (code, seconds < 10) == (0, True)
    assert ("count", "interrupted") in states(platform)


def test_a_job_that_does_not_end_does_not_keep_the_worker(open_platform, write, start, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", 0.5)
    platform = open_platform()

    @job("sleep")
    def sleep_on(platform):
        sleep(60)

    process = start(platform, sleep_on)
    with write() as session:
        defer(session, "sleep")
    assert eventually(lambda: ("sleep", "running") in states(platform))

    code, seconds = process.end()

    assert (code, seconds < 10) == (RESTART_ME, True)
