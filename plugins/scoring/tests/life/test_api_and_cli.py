"""Models and lifetime scores through the API and on the command line, and who sees what."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import click
import pytest
import time_machine
from flask import Flask
from plugins.scoring.tests.shop import Shop
from sqlalchemy import text

from guanxi.app import create_app
from guanxi.errors import Invalid
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow

BASE = "/scoring"
MODEL = f"{BASE}/models/lifetime"
TWINS = {
    "archive_model": "archive",
    "change_model": "change",
    "enable_version": "enable",
    "fit_model": "fit",
    "list_all": "models",
    "list_lifetime": "of",
    "list_model_versions": "show",
    "make_ready_made": "make",
    "restore_model": "restore",
    "score_model": "score",
    "show_lifetime": "of",
    "show_model": "show",
    "show_version": "report",
}
"""The command of each operation of models and lifetime scores."""
Guanxi = Callable[..., str]


@pytest.fixture(autouse=True)
def clock(shop: Shop) -> Iterator[None]:
    """Requests and commands take place a moment after the shop's now."""
    with time_machine.travel(shop.now + timedelta(seconds=1), tick=False):
        yield


@pytest.fixture
def site(shop: Shop) -> Flask:
    """The application, with scoring enabled."""
    return create_app(shop.platform)


@pytest.fixture
def api(site: Flask, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(site, factories.token("admin"))


@pytest.fixture
def buyers(shop: Shop, guanxi: Guanxi) -> list[UUID]:
    """The customers of a shop with a model in force, in the order of their ids."""
    ids = shop.trade(150)
    guanxi("run")
    return sorted(ids)


def told(guanxi: Guanxi, *arguments: object) -> Any:
    """What a command says as JSON."""
    return json.loads(guanxi(*arguments, "--json"))


def test_every_operation_has_a_command_with_json(shop: Shop, site: Flask) -> None:
    there = {one.name: one for one in shop.platform.host.commands("scoring")}
    operations = {one.removeprefix("api_scoring.") for one in site.view_functions
                  if one.startswith("api_scoring.")}  # fmt: skip

    assert TWINS.keys() <= operations
    assert set(TWINS.values()) <= there.keys()
    assert [
        name
        for name in TWINS.values()
        if not isinstance(there[name], click.Command)
        or "--json" not in {o for p in there[name].params for o in p.opts}
    ] == []


def test_models_are_made_fitted_and_shown(shop: Shop, api: ApiClient) -> None:
    shop.trade(150)

    made = api.post(f"{BASE}/models").json["items"]
    assert {"lifetime"} <= {one["key"] for one in made}
    assert all(one["waits"] for one in made)
    assert api.post(f"{BASE}/models").json["items"] == []
    asked = api.post(f"{MODEL}/fit", {})
    assert (asked.status_code, asked.json) == (202, {"queued": False})
    while shop.run("fit"):
        pass
    while shop.run("score").get("model"):
        pass

    model = api.get(MODEL)
    assert model.headers["ETag"]
    assert (model.json["current"], model.json["waits"], model.json["alarm"]) == (1, False, None)
    assert model.json["scored"]["customers"] == 150
    (version,) = api.get(f"{MODEL}/versions").json["items"]
    assert "pictures" not in version
    report = api.get(f"{MODEL}/versions/1").json
    assert report["metrics"] == version["metrics"]
    assert {"tracking", "calibration", "lift", "alive_matrix", "clv"} <= report["pictures"].keys()
    assert api.get(f"{MODEL}/versions/2").status_code == 404


def test_a_change_with_an_old_etag_is_refused(api: ApiClient, buyers: list[UUID]) -> None:
    tag = api.get(MODEL).headers["ETag"]
    change = {"options": {"discount_percent": 2}, "refit_days": 7}

    first = api.patch(MODEL, change, If_Match=tag)
    second = api.patch(MODEL, change, If_Match=tag)

    assert (first.status_code, second.status_code) == (200, 412)
    assert (first.json["refit_days"], first.json["options"]["discount_percent"]) == (7, 2.0)
    assert first.json["options"]["family"] == "auto"


def test_an_option_that_does_not_fit_is_refused_by_name(api: ApiClient, buyers: list[UUID]) -> None:
    answer = api.patch(MODEL, {"options": {"family": "guess"}})

    assert answer.status_code == 422
    assert "options.family" in json.dumps(answer.json)


def test_scores_come_page_by_page(api: ApiClient, buyers: list[UUID]) -> None:
    seen: list[str] = []
    path = f"{BASE}/lifetime?limit=40"
    while path:
        page = api.get(path).json
        seen += [one["customer_id"] for one in page["items"]]
        path = f"{BASE}/lifetime?limit=40&cursor={page['next']}" if page["next"] else ""

    assert seen == [str(one) for one in buyers]
    assert api.get(f"{BASE}/lifetime?cursor=nonsense").status_code == 422


def test_who_has_never_bought_is_unknown_and_not_nought(
    shop: Shop, api: ApiClient, guanxi: Guanxi, buyers: list[UUID]
) -> None:
    nobody = shop.person("Never bought")

    shown = api.get(f"{BASE}/customers/{nobody}/lifetime").json

    assert (shown["p_alive"], shown["clv_12m"]) == (None, None)
    assert guanxi("of", nobody).startswith("Unknown")
    assert api.get(f"{BASE}/customers/{buyers[0]}/lifetime").json["p_alive"] > 0


def test_a_hidden_customer_has_no_score_and_figures_of_all_are_for_who_sees_all(
    shop: Shop, site: Flask, factories: Factories, buyers: list[UUID]
) -> None:
    allow(factories, "staff", "scoring.view")
    seller = factories.user("staff")
    program = ApiClient(site, factories.token("staff", user_id=seller))
    mine, hidden = buyers[0], buyers[1]
    with shop.write() as session:
        session.execute(
            text("UPDATE customers SET owner_id = :owner WHERE id = :id"),
            {"owner": seller, "id": mine},
        )
        session.execute(text("UPDATE roles SET customer_scope = 'own' WHERE name = 'staff'"))

    assert program.get(f"{BASE}/customers/{mine}/lifetime").status_code == 200
    assert program.get(f"{BASE}/customers/{hidden}/lifetime").status_code == 404
    listed = program.get(f"{BASE}/lifetime").json["items"]
    assert [one["customer_id"] for one in listed] == [str(mine)]
    assert program.get(f"{MODEL}/versions").status_code == 403
    assert program.get(f"{MODEL}/versions/1").status_code == 403
    assert program.get(MODEL).json["scored"]["customers"] is None
    assert program.post(f"{MODEL}/fit", {}).status_code == 403


def test_who_may_only_look_changes_nothing(
    site: Flask, factories: Factories, buyers: list[UUID]
) -> None:
    allow(factories, "staff", "scoring.view")
    program = ApiClient(site, factories.token("staff"))

    assert program.get(f"{BASE}/models").status_code == 200
    for path in ("fit", "score", "enable", "archive", "restore"):
        assert program.post(f"{MODEL}/{path}", {"number": 1}).status_code == 403
    assert program.patch(MODEL, {"refit_days": 1}).status_code == 403


def test_a_model_at_the_terminal_from_fit_to_archive(
    shop: Shop, guanxi: Guanxi, buyers: list[UUID]
) -> None:
    fitted = told(guanxi, "fit", "lifetime")
    assert (fitted["number"], fitted["state"], fitted["customers"]) == (2, "current", 150)
    enabled = told(guanxi, "enable", "lifetime", 1)
    assert enabled["current"] == 1
    assert told(guanxi, "score", "lifetime")["number"] == 1
    changed = told(
        guanxi, "change", "lifetime", "--option", "family=bg_nbd", "--option",
        "holdout_percent=30", "--refit-days", "never", "--title-en", "Worth",
    )  # fmt: skip
    assert changed["options"]["family"] == "bg_nbd"
    assert (changed["refit_days"], changed["title_en"]) == (None, "Worth")
    shown = told(guanxi, "show", "lifetime")
    assert [one["state"] for one in shown["versions"]] == ["superseded", "current"]
    report = guanxi("report", "lifetime")
    assert "parameters" in report
    assert "tracking" in report
    assert f"version 1 in force, {len(buyers)} customers scored" in guanxi("models")
    assert told(guanxi, "archive", "lifetime")["state"] == "archived"
    assert "lifetime" in guanxi("models", "--archived")
    assert told(guanxi, "restore", "lifetime")["state"] == "active"


def test_an_option_without_a_value_is_refused(guanxi: Guanxi, buyers: list[UUID]) -> None:
    with pytest.raises(Invalid, match="NAME=VALUE"):
        guanxi("change", "lifetime", "--option", "family")
