"""Health for machines and for people: probes, metrics, and the page with what is to be mended."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from tests.touchpoints.conftest import Browser, browser

from guanxi.app import create_app
from guanxi.clock import utc_now
from guanxi.db import Actor, Database
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.operations.checks import run_checks
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

__all__ = ["browser"]
ADMIN = Actor("system", "test")


def metrics(client: FlaskClient, token: str) -> dict[tuple[str, ...], float]:
    """The samples of ``/metrics`` by name and labels; the text must be what Prometheus reads."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def sql(platform: Platform, statement: str) -> None:
    with platform.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_it_is_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_it_is_not_ready_before_it_is_migrated(client: FlaskClient, platform: Platform) -> None:
    sql(platform, "UPDATE alembic_version SET version_num = 'core_0001'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert "run guanxi migrate" in answer.json["reason"]
    assert client.get("/healthz").status_code == 200
    sql(platform, "DROP TABLE alembic_version")  # so that the database is not used again


def test_it_is_alive_but_not_ready_without_its_database(platform: Platform) -> None:
    app = create_app(platform)
    platform.database.dispose()
    gone = Database("postgresql://nobody@127.0.0.1:1/nothing")
    platform.database.engine, platform.database.autocommit = gone.engine, gone.autocommit

    client = app.test_client()

    page = client.get("/sign-in")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert page.status_code == 503
    assert "The database does not answer. Try again in a moment." in page.text


def test_prometheus_reads_requests_backlogs_hooks_and_states(
    client: FlaskClient, platform: Platform, api: ApiClient, factories: Factories
) -> None:
    platform.host.refresh_from(platform.database)
    enable(platform.database, platform.host, "hello", actor=ADMIN, now=utc_now())
    sql(
        platform,
        "INSERT INTO hook_timings (plugin, hook, buckets, total_seconds, updated_at) VALUES "
        "('hello', 'slot_customer_panel', array_fill(2, ARRAY[25]), 1.5, now())",
    )
    sql(
        platform,
        "INSERT INTO plugin_failures (plugin, hook, count, last_at, last_error) VALUES "
        "('hello', 'slot_customer_panel', 3, now(), 'x')",
    )
    Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())
    client.get("/healthz")
    token = factories.token("admin")

    found = metrics(client, token)

    assert found["guanxi_requests_total", "200", "health.healthz"] == 1
    assert found["guanxi_plugin", "enabled", "hello"] == 1
    assert found["guanxi_hook_seconds_count", "hello", "slot_customer_panel"] == 50
    assert found["guanxi_hook_seconds_sum", "hello", "slot_customer_panel"] == 1.5
    assert found["guanxi_hook_failures_total", "hello", "slot_customer_panel"] == 3
    assert found["guanxi_backlog_events", "hello"] == 0
    assert ("guanxi_workers",) in found


@pytest.mark.parametrize("role", ["staff", "viewer"])
def test_metrics_are_for_those_who_may_see_health(
    client: FlaskClient, factories: Factories, role: str
) -> None:
    headers = {"Authorization": f"Bearer {factories.token(role)}"}

    assert client.get("/metrics", headers=headers).status_code == 403


COUNTING = """
import sys
from pathlib import Path
from guanxi.app import build_platform, create_app
from guanxi.config import Config
from guanxi.web.health.metrics import share_counts
import os
url, home, folder, first = sys.argv[1:]
if first == "yes":
    share_counts(Path(folder))
else:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
app = create_app(build_platform(Config(home=Path(home)), url))
for _ in range(3):
    app.test_client().get("/healthz")
print(app.extensions["guanxi-metrics"]._counts().decode())
"""


@pytest.mark.slow
def test_web_processes_count_together(platform: Platform, tmp_path: Path) -> None:
    def count(first: str) -> str:
        command = [sys.executable, "-c", COUNTING, platform.database.url.replace("+psycopg", "")]
        command += [str(platform.config.home), str(tmp_path / "metrics"), first]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    sample = 'guanxi_requests_total{endpoint="health.healthz",status="200"}'
    assert f"{sample} 3.0" in count("yes")
    assert f"{sample} 6.0" in count("no")


def test_what_is_to_be_mended_leads_to_where_it_is_mended(
    browser: Browser, platform: Platform
) -> None:
    sql(platform, "UPDATE platform_state SET generation = generation + 1")
    sql(
        platform,
        "INSERT INTO job_runs (id, name, started_at, finished_at, state, error) VALUES "
        "(gen_random_uuid(), 'exports.run', now(), now(), 'failed', 'the disk is full')",
    )

    page = browser.get("/health").text

    assert "1 jobs failed within a day" in page
    assert re.search(r'href="/health#jobs"', page)


def level(platform: Platform, check: str) -> str:
    return next(found.level for found in run_checks(platform) if found.check == check)


def test_jobs_that_wait_for_a_worker_that_is_not_there_are_an_error(platform: Platform) -> None:
    assert level(platform, "worker") == "ok"

    with platform.database.write(ADMIN, now=utc_now()) as session:
        session.info["defer_job"](session, "exports.run", {}, None)

    assert level(platform, "worker") == "error"


def test_an_old_backup_and_none_at_all_are_told(platform: Platform, api: ApiClient) -> None:
    assert level(platform, "backup") == "ok"

    api.post("/customers", {"kind": "person", "name": "Ada"})
    assert level(platform, "backup") == "warning"
    entry = (
        "INSERT INTO audit_entries (at, action, subject_kind, subject_id, actor_kind, actor_name)"
        " VALUES (now() - interval '{} days', 'backup.made', 'installation', 'backup', '', '')"
    )
    sql(platform, entry.format(8))
    assert level(platform, "backup") == "warning"
    sql(platform, entry.format(1))
    assert level(platform, "backup") == "ok"
