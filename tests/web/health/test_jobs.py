"""A job that failed is done once more, with what it was asked for the first time."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.cli.conftest import guanxi
from tests.touchpoints.conftest import Browser, audited, browser

from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.delivery import job_runs
from guanxi.delivery.jobs import defer
from guanxi.delivery.rerunning import latest_runs, run_again
from guanxi.errors import Conflict, NotFound
from guanxi.platform import Platform

__all__ = ["browser", "guanxi"]


def failed_run(platform: Platform, state: str = job_runs.FAILED) -> str:
    """Leave queue and book as a worker leaves them after a job that failed; return the run's id."""
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        job_id = defer(session, "exports.run", export_id="7")
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = :id"), {"id": job_id}
        )
        run_id = job_runs.run_id_of(job_id)
        job_runs.begin(session, run_id, "exports.run", plugin=None, now=utc_now())
        job_runs.end(session, run_id, state, now=utc_now(), error="OSError: the disk is full")
    return str(run_id)


def waiting(platform: Platform) -> list[tuple[str, dict[str, str]]]:
    with platform.database.read() as session:
        query = "SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
        return [(name, args) for name, args in session.execute(text(query))]


def test_the_button_on_the_health_page_queues_it_anew(browser: Browser, platform: Platform) -> None:
    run_id = failed_run(platform)
    page = browser.get("/health").text
    assert "the disk is full" in page
    assert f"/health/jobs/{run_id}/run" in page

    browser.send(f"/health/jobs/{run_id}/run")

    assert waiting(platform) == [("exports.run", {"export_id": "7"})]
    with platform.database.read() as session:
        (entry,) = audited(session, "job.run_again")
    assert (entry.actor_name, entry.subject_id) == ("Grace", "exports.run")


def test_the_command_line_lists_and_repeats_it(guanxi, platform: Platform) -> None:
    run_id = failed_run(platform)

    (line,) = guanxi("job", "list", "--failed")
    guanxi("job", "run-again", run_id)

    assert line.split("\t")[::4] == [run_id, "OSError: the disk is full"]
    assert len(waiting(platform)) == 1


def test_what_went_well_is_not_repeated(platform: Platform) -> None:
    run_id = failed_run(platform, job_runs.SUCCEEDED)

    with platform.database.write(SYSTEM, now=utc_now()) as session:
        run = latest_runs(session)[0]
        assert str(run.id) == run_id
        with pytest.raises(Conflict, match="did not fail"):
            run_again(session, run.id)
        with pytest.raises(NotFound):
            run_again(session, uuid4())
    assert waiting(platform) == []


def test_what_the_queue_forgot_is_told_to_start_anew(platform: Platform) -> None:
    failed_run(platform)

    with platform.database.write(SYSTEM, now=utc_now()) as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        with pytest.raises(Conflict, match="Start it anew where it came from"):
            run_again(session, latest_runs(session)[0].id)
