"""Reports for programs: each with its figures, for whoever may see all members."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from plugins.loyalty.tests.earning.club import Club
from plugins.segmentation.tests.clients import allow

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi_loyalty.reports.tables import REPORTS

MAY = datetime(2026, 5, 3, 12, tzinfo=UTC)
Program = Callable[..., ApiClient]


@pytest.fixture
def bought(club: Club) -> Club:
    """Ann bought for 100 pounds in May."""
    club.now = datetime(2026, 6, 1, tzinfo=UTC)
    club.rule()
    club.buy(club.person(), "100", occurred_at=MAY)
    club.read()
    return club


def path(name: str, **query: str) -> str:
    words = "".join(f"&{key}={value}" for key, value in query.items())
    return f"/loyalty/reports/{name}?programme=club{words}"


def test_months_are_answered_with_what_was_asked(api: ApiClient, bought: Club) -> None:
    body = api.get(path("months", since="2026-05-01", until="2026-05-31")).json

    assert {key: body[key] for key in ("programme", "currency", "time_zone", "since")} == {
        "programme": "club",
        "currency": "GBP",
        "time_zone": "Europe/London",
        "since": "2026-05-01",
    }
    [may] = body["items"]
    assert (may["month"], may["opening"], may["issued"], may["closing"]) == (
        "2026-05-01", 0, 100, 100,
    )  # fmt: skip


def test_each_report_is_answered_by_api_and_command(api: ApiClient, bought: Club) -> None:
    for name in REPORTS:
        compare(name, api, bought)


def compare(name: str, api: ApiClient, bought: Club) -> None:
    answer = api.get(path(name, since="2026-05-01", until="2026-05-31"))
    context = CommandContext(
        bought.platform.config, lambda *_: bought.platform, lambda _: nullcontext("")
    )
    words = ["loyalty", "report", name, "--programme", "club", "--since", "2026-05-01"]
    words += ["--until", "2026-05-31"]

    told = CliRunner().invoke(cli, [*words, "--json"], obj=context)
    shown = CliRunner().invoke(cli, words, obj=context)

    assert answer.status_code == 200, answer.text
    assert (told.exit_code, shown.exit_code) == (0, 0), (told.output, shown.output)
    assert [list(one) for one in json.loads(told.output)["items"]] == [
        list(one) for one in answer.json["items"]
    ]
    assert REPORTS[name].columns[0].title.en in shown.output


def test_a_past_instant_is_answered_as_it_was(api: ApiClient, bought: Club) -> None:
    [before] = api.get(path("liability", as_of="2026-05-01T00:00:00Z")).json["items"]
    [after] = api.get(path("liability")).json["items"]

    assert (before["outstanding"], after["outstanding"], after["ledger"]) == (0, 100, 100)


QUERIES = (
    ({"since": "2026-05-01", "until": "2026-04-01"}, 422),
    ({"since": "0001-01-01", "until": "9999-12-31"}, 422),
    ({"since": "yesterday"}, 422),
    ({"as_of": "2026-05-01"}, 422),
    ({"as_of": "0001-01-01T00:00:00%2B14:00"}, 422),
    ({"since": "9999-12-31"}, 422),
    ({"since": "2030-01-01"}, 200),
    ({"until": "0001-01-01"}, 422),
    ({"colour": "red"}, 422),
)


def test_questions_that_mean_nothing_are_refused(api: ApiClient, bought: Club) -> None:
    found = [(query, api.get(path("members", **query)).status_code) for query, _ in QUERIES]

    assert found == list(QUERIES)


def test_unknown_reports_and_programmes_are_not_found(api: ApiClient, bought: Club) -> None:
    assert api.get(path("none")).status_code == 404
    for programme in ("none", "%00", "x" * 5000):
        answer = api.get(f"/loyalty/reports/months?programme={programme}")
        assert answer.status_code in (404, 422), (programme, answer.text)


def test_reports_are_for_those_who_may_see_everybody(
    program: Program, factories: Factories, bought: Club
) -> None:
    """Staff see their own customers only; a part of a report would not tie out to the ledger."""
    assert program("staff").get(path("months")).status_code == 403
    allow(factories, "staff", "loyalty.view", "loyalty.reports")

    refused: Any = program("staff").get(path("months"))

    assert refused.status_code == 403
    assert refused.json["title"] == "Reports are of all customers, whom you may not all see."
