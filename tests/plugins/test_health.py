"""Failures and times reach the database, and a plugin that keeps failing is stopped."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tests.plugins.conftest import ACTOR

from guanxi.audit.models import AuditEntry
from guanxi.db import Database
from guanxi.errors import NotFound
from guanxi.plugins.failures import Breaker
from guanxi.plugins.health import Health, hook_health
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.listing import find_app
from guanxi.plugins.quarantine import release
from guanxi.plugins.states import PluginState
from guanxi.testkit.plugin_folder import PluginFolder

OpenHost = Callable[..., PluginHost]
CARD = """
@hookimpl
def slot_dashboard_card():
    raise ZeroDivisionError("by the moon")
"""


@pytest.fixture
def failing(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> PluginHost:
    """A host whose one enabled plugin fails in a slot."""
    folder.add("sample", CARD)
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    return host


def watched(host: PluginHost, database: Database) -> Health:
    """The books of ``host``, as ``attendance`` opens them."""
    health = Health(database, host.dispatcher.timings, changed=lambda: host.refresh_from(database))
    host.dispatcher.failed = health.failed
    return health


def test_failures_and_times_are_added_up(
    failing: PluginHost, database: Database, session: Session
) -> None:
    health = watched(failing, database)

    for _ in range(2):
        failing.dispatcher.collect("slot_dashboard_card")
        health.flush()

    (hook,) = hook_health(session, "sample")
    assert (hook.hook, hook.calls, hook.failures) == ("slot_dashboard_card", 2, 2)
    assert hook.p50 is not None
    assert hook.last_error is not None
    assert hook.last_error.splitlines()[-1] == "ZeroDivisionError: by the moon"


def test_a_plugin_that_keeps_failing_is_quarantined_and_says_why(
    failing: PluginHost, database: Database, session: Session
) -> None:
    health = watched(failing, database)

    for _ in range(10):
        failing.dispatcher.collect("slot_dashboard_card")
    health.flush()

    assert failing.state("sample") is PluginState.QUARANTINED
    assert failing.dispatcher.collect("slot_dashboard_card") == []
    app = find_app(session, failing, "sample")
    assert str(app.problem) == (
        "It failed too often, the last time with: ZeroDivisionError: by the moon. "
        "Release it when the cause is gone."
    )
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["plugin.enabled", "plugin.quarantined"]


def test_nine_failures_are_not_yet_too_many(failing: PluginHost, database: Database) -> None:
    health = watched(failing, database)

    for _ in range(9):
        failing.dispatcher.collect("slot_dashboard_card")
    health.flush()

    assert failing.state("sample") is PluginState.ENABLED


def test_after_its_release_it_works_again(
    failing: PluginHost, database: Database, now: datetime
) -> None:
    health = watched(failing, database)
    for _ in range(10):
        failing.dispatcher.collect("slot_dashboard_card")
    health.flush()

    release(database, "sample", now=now, actor=ACTOR)
    failing.refresh_from(database)

    assert failing.state("sample") is PluginState.ENABLED


def test_who_is_not_in_quarantine_cannot_be_released(
    failing: PluginHost, database: Database, now: datetime
) -> None:
    with pytest.raises(NotFound, match="The plugin sample is not in quarantine"):
        release(database, "sample", now=now, actor=ACTOR)


def test_failures_spread_over_more_than_a_minute_do_not_trip() -> None:
    clock = iter(range(0, 1000, 7))
    breaker = Breaker(clock=lambda: next(clock))

    assert not any(breaker.trips("sample") for _ in range(100))


def test_the_breaker_counts_each_plugin_alone() -> None:
    breaker = Breaker(limit=3, clock=lambda: 0.0)

    tripped = [breaker.trips(plugin) for plugin in ("a", "b", "a", "b", "a", "b")]

    assert tripped == [False, False, False, False, True, True]


def test_the_thread_writes_when_it_is_stopped(
    failing: PluginHost, database: Database, session: Session
) -> None:
    health = watched(failing, database)
    health.start()
    failing.dispatcher.collect("slot_dashboard_card")

    health.stop()

    assert [h.failures for h in hook_health(session, "sample")] == [1]


def test_what_cannot_be_written_is_kept_for_the_next_time(
    failing: PluginHost, database: Database, session: Session
) -> None:
    health = watched(failing, database)
    for _ in range(10):
        failing.dispatcher.collect("slot_dashboard_card")
    there, health._database = health._database, Database("postgresql://x@127.0.0.1:1/nothing")

    with pytest.raises(OperationalError):
        health.flush()
    health._database = there
    failing.dispatcher.collect("slot_dashboard_card")
    health.flush()

    assert [h.failures for h in hook_health(session, "sample")] == [11]
    assert failing.state("sample") is PluginState.QUARANTINED
