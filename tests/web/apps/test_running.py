"""A plugin's health on its page; its jobs and its events, started by hand."""

import re

import pytest
from sqlalchemy import select, text
from tests.web.apps.conftest import ADMIN, contact, contacts_counted, drain, read_plainly, switch_on

from guanxi.clock import utc_now
from guanxi.delivery.models import ParkedEvent

JOBS = """
@hookimpl
def register_jobs():
    return [Job("score", Text("Work out scores", "计算评分"), run, "0 3 * * *")]

def run(session, now):
    pass
"""
FAILS = """
@hookimpl
def on_touchpoints_recorded(session, events):
    raise ValueError("no such shelf")

@hookimpl
def on_replay_started(session):
    pass
"""


def test_health_shows_times_errors_backlog_and_parked_events(folder, make_platform, open_browser):
    folder.add("shelves", FAILS)
    platform = make_platform()
    switch_on(platform, "shelves")
    contact(platform)
    drain(platform)
    platform.host.attendance.health.flush()
    contact(platform)
    browser = open_browser(platform)

    page = read_plainly(browser.get("/apps/shelves").text)

    assert "Events that wait for it 1" in page
    assert "Parked events 1" in page
    assert "ValueError: no such shelf" in page
    assert re.search(r"on_touchpoints_recorded [1-9]\d* [\d.]+ ms [\d.]+ ms [1-9]", page)


def test_what_waits_for_a_decision_is_tried_again(folder, make_platform, open_browser, session):
    folder.add("shelves", FAILS)
    platform = make_platform()
    switch_on(platform, "shelves")
    contact(platform)
    drain(platform)
    with platform.database.write(ADMIN, now=utc_now()) as writing:
        for parked in writing.scalars(select(ParkedEvent)):
            parked.state, parked.next_try_at = "parked", None
    browser = open_browser(platform)
    assert "Try all again" in browser.get("/apps/shelves").text

    browser.send("/apps/shelves/parked/retry")

    assert session.scalars(select(ParkedEvent.state)).all() == ["retrying"]
    assert "Events that are tried again now: 1." in browser.get("/apps/shelves").text


def test_job_is_queued_once(folder, make_platform, open_browser, session):
    folder.add("sample", JOBS)
    platform = make_platform()
    browser = open_browser(platform)
    assert browser.send("/apps/sample/jobs/score/run").status_code == 404  # not enabled
    switch_on(platform, "sample")

    browser.send("/apps/sample/jobs/score/run")
    browser.send("/apps/sample/jobs/score/run")

    assert "It waits for a worker already." in browser.get("/apps/sample").text
    queued = session.execute(text("SELECT args FROM procrastinate_jobs")).scalars().all()
    assert queued == [{"plugin": "sample", "job": "score"}]
    assert browser.send("/apps/sample/jobs/other/run").status_code == 404


def test_plugin_reads_the_events_again(browser, platform, session):
    switch_on(platform, "hello")
    contact(platform)
    drain(platform)
    first = contacts_counted(session)

    again = browser.send("/apps/hello/replay", {"from": "start"})
    forgotten = contacts_counted(session)
    drain(platform)

    assert again.status_code == 302
    assert (first, forgotten, contacts_counted(session)) == (1, 0, 1)


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30"])
def test_replay_from_no_day_is_refused(browser, platform, session, day):
    switch_on(platform, "hello")
    contact(platform)
    drain(platform)

    answer = browser.send("/apps/hello/replay", {"from": "day", "since": day})

    assert answer.status_code == 422
    assert "Choose the day" in answer.text
    assert contacts_counted(session) == 1


def test_replay_of_what_reads_nothing_is_not_found(folder, make_platform, open_browser):
    folder.add("quiet")

    assert open_browser(make_platform()).send("/apps/quiet/replay").status_code == 404
