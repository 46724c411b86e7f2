"""``guanxi doctor`` and ``guanxi stats``: sentences and exit status, figures and their names."""

import json
from contextlib import nullcontext

from click.testing import CliRunner, Result
from sqlalchemy import text
from tests.access.world import dossier
from tests.cli.conftest import Guanxi

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


def doctor(platform: Platform, *options: str) -> Result:
    address = platform.database.url.replace("+psycopg", "")
    platform.host.refresh_from(platform.database)
    context = CommandContext(platform.config, lambda *_: platform, lambda _: nullcontext(address))
    return CliRunner().invoke(cli, ["doctor", *options], obj=context)


def test_a_healthy_installation_ends_with_zero_and_a_line_per_check(platform: Platform) -> None:
    result = doctor(platform)

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert len(lines) >= 12
    assert all(line.startswith("ok ") and line.endswith(".") for line in lines)


def test_what_is_wrong_ends_with_one_and_says_what_to_do(platform: Platform) -> None:
    (platform.config.home / "secret.key").chmod(0o644)

    result = doctor(platform, "--quick")

    (wrong,) = [line for line in result.output.splitlines() if not line.startswith("ok")]
    assert result.exit_code == 1
    assert wrong.startswith("ERROR")
    assert "chmod 600 it" in wrong


def test_a_warning_alone_is_no_failure(platform: Platform, api: ApiClient) -> None:
    api.post("/customers", {"kind": "person", "name": "Ada"})

    result = doctor(platform, "--quick", "--json")

    levels = {found["check"]: found["level"] for found in json.loads(result.output)}
    assert result.exit_code == 0
    assert levels["backup"] == "warning"


def test_figures_have_the_names_that_are_promised(
    guanxi: Guanxi, platform: Platform, api: ApiClient, factories: Factories
) -> None:
    dossier(platform, api, "Amberley", factories.user())
    api.post("/touchpoints", {"channel": "store", "kind": "purchase", "currency": "EUR",
             "amount": "3", "occurred_at": "2026-10-30T10:00:00Z"})  # fmt: skip
    waiting = json.loads("".join(guanxi("stats", "--json")))["backlog"]
    Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())

    (line,) = guanxi("stats", "--json")

    found = json.loads(line)
    assert found["customers"] == {"customers": 3, "merged": 0, "erased": 0}
    assert found["touchpoints"]["purchase"]["count"] == 2
    assert found["touchpoints"]["purchase"]["unassigned"] == 1
    sums = {k: float(v) for k, v in found["touchpoints"]["purchase"]["amount"].items()}
    assert sums == {"EUR": 3.0, "GBP": 9.5}
    assert found["rewards"] == {"requested": 1}
    assert found["events"]["CustomerCreated"] == 3
    assert sum(found["backlog"].values()) == 0
    assert set(waiting) <= set(found["backlog"])


def test_a_job_that_failed_today_is_a_warning(platform: Platform) -> None:
    with platform.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO job_runs (id, name, started_at, finished_at, state, error) VALUES "
                "(gen_random_uuid(), 'exports.run', now(), now(), 'failed', 'disk full')"
            )
        )

    result = doctor(platform, "--quick", "--json")

    levels = {found["check"]: found["level"] for found in json.loads(result.output)}
    assert levels["jobs"] == "warning"


def test_plugins_backlog_and_parked_events_are_told_as_json_too(
    guanxi: Guanxi, platform: Platform, api: ApiClient
) -> None:
    guanxi("plugin", "enable", "hello")
    api.post("/touchpoints", {"channel": "phone", "kind": "call",
             "occurred_at": "2026-10-30T10:00:00Z"})  # fmt: skip
    Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())
    with platform.database.engine.begin() as connection:
        position = connection.execute(text("SELECT max(position) FROM events")).scalar_one()
        connection.execute(
            text(
                "INSERT INTO delivery_parked (reader, position, state, tries, error, created_at)"
                " VALUES ('hello', :position, 'parked', 5, 'ValueError: odd', now())"
            ),
            {"position": position},
        )

    plugins = {one["name"]: one for one in map(json.loads, guanxi("plugin", "list", "--json"))}
    lags = {one["reader"]: one for one in map(json.loads, guanxi("events", "lag", "--json"))}
    (parked,) = [json.loads(line) for line in guanxi("events", "parked", "hello", "--json")]

    assert (plugins["hello"]["state"], plugins["hello"]["problem"]) == ("enabled", None)
    assert (lags["hello"]["events"], lags["hello"]["parked"]) == (0, 1)
    assert (parked["position"], parked["error"]) == (position, "ValueError: odd")
