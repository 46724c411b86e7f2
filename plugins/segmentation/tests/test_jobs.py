"""Work in the background, run by the real runner of jobs as the plugin would be by the worker."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from plugins.segmentation.tests.membership.town import Town, bought, lives_in
from sqlalchemy import text

from guanxi.delivery.job_running import JobRunner
from guanxi.platform import Platform
from guanxi_segmentation import jobs
from guanxi_segmentation.rfm import latest_cut
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.presets import ensure_ready_made

DAY = timedelta(days=1)


@pytest.fixture
def town(segmentation: Platform, now: datetime) -> Town:
    """A town without people, with the ready-made schemes."""
    found = Town(segmentation, now)
    with found.write() as session:
        ensure_ready_made(session, now=now)
    return found


@pytest.fixture
def work(segmentation: Platform) -> Callable[[str, datetime], None]:
    """``work("audit", at)`` runs a job by the runner, at an instant."""
    runner, numbers = JobRunner(segmentation, lambda: False), iter(range(1, 1000))

    def run(name: str, at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            runner.run_plugin_job(next(numbers), "segmentation", name)

    return run


def detail(town: Town, name: str) -> tuple[str, Any]:
    """Return how the last run of a job ended, and what it said."""
    with town.platform.database.read() as session:
        return tuple(  # type: ignore[return-value]
            session.execute(
                text(
                    "SELECT state, detail FROM job_runs WHERE name = :job"
                    " ORDER BY started_at DESC LIMIT 1"
                ),
                {"job": name},
            ).one()
        )


def class_of(town: Town, customer: UUID, at: datetime) -> str | None:
    with town.platform.database.read() as session:
        found = history.class_at(session, "tiers", customer, at)
        return found.key if found else None


def test_a_rebuild_works_out_scores_values_classes_and_segments(
    town: Town, work: Callable[..., None]
) -> None:
    ann, bo = town.person("Ann", city="York"), town.person("Bo")
    town.segment("yorkers", lives_in("York"))
    town.segment(
        "worth",
        {"attribute": "segmentation.observed_value", "is": "gt", "value": 5, "missing": False},
    )
    town.buy(bo, town.now - DAY, "100")

    work("rebuild", town.now)

    assert (town.members("yorkers"), town.members("worth")) == ({ann}, {bo})
    assert class_of(town, ann, town.now) == "general"
    assert detail(town, "rebuild")[0] == "succeeded"


def test_a_new_day_is_worked_out_once(town: Town, work: Callable[..., None]) -> None:
    ann = town.person("Ann")
    town.buy(ann, town.now - DAY)
    work("rebuild", town.now)
    town.segment("fresh", {"attribute": "segmentation.rfm_r", "is": "known"})

    work("new_day", town.now)
    same_day = detail(town, "new_day")
    work("new_day", town.now + DAY)
    next_day = detail(town, "new_day")

    assert same_day == ("succeeded", {})
    assert next_day == ("succeeded", {"moved": 1})
    with town.platform.database.read() as session:
        assert latest_cut(session).scored_on == (town.now + DAY).date()


def test_a_cut_that_was_asked_for_is_another_version(town: Town, work: Callable[..., None]) -> None:
    ann = town.person("Ann")
    town.buy(ann, town.now - DAY)
    work("rebuild", town.now)

    work("recut", town.now)

    state, said = detail(town, "recut")
    assert (state, said["version"]) == ("succeeded", 2)
    with town.platform.database.read() as session:
        assert latest_cut(session).cause == "asked"


def test_the_audit_names_drift_and_mends_it(town: Town, work: Callable[..., None]) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    town.deliver()
    with town.write() as session:
        session.execute(text("UPDATE customers SET city = 'Bath'"))

    work("audit", town.now)
    first = detail(town, "audit")
    work("audit", town.now + timedelta(minutes=1))
    second = detail(town, "audit")

    assert (first[0], first[1]["customers"], first[1]["drift"]) == ("succeeded", 1, 1)
    assert second[1]["drift"] == 0
    assert ann not in town.members("yorkers")


def test_the_sweep_ends_what_time_ends(town: Town, work: Callable[..., None]) -> None:
    ann = town.person("Ann")
    town.built("buyers", bought(within="P30D"))
    town.buy(ann, town.now - DAY)
    town.deliver()
    before = town.members("buyers")

    work("sweep", town.now + 30 * DAY)

    assert (before, town.members("buyers")) == ({ann}, set())
    left = town.stays(ann, "buyers")[0][2]
    assert left == town.now + 29 * DAY + timedelta(microseconds=1)


def test_every_job_runs_where_there_is_nothing(town: Town, work: Callable[..., None]) -> None:
    for one in jobs.JOBS:
        work(one.name, town.now)

    assert {detail(town, one.name)[0] for one in jobs.JOBS} == {"succeeded"}
