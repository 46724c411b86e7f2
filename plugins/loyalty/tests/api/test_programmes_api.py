"""Programmes over the API: made, changed, paused, checked."""

from typing import Any

import pytest
from sqlalchemy import text

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient

DRAFT = {
    "key": "tea", "title_en": "Tea club", "title_zh": "茶友会", "currency": "CNY",
    "time_zone": "Asia/Shanghai",
}  # fmt: skip
TEA = "/loyalty/programmes/tea"


@pytest.fixture
def tea(api: ApiClient) -> dict[str, Any]:
    """A second programme, with points that begin after a week."""
    made = api.post("/loyalty/programmes", {**DRAFT, "policies": {"pending_days": 7}})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json
    return found


def test_a_programme_is_made_with_its_units_and_listed(api: ApiClient, tea: dict[str, Any]) -> None:
    listed = api.get("/loyalty/programmes").json["items"]

    assert [one["key"] for one in listed] == ["club", "tea"]
    assert listed[1] == tea == api.get(TEA).json
    assert [(unit["key"], unit["title_zh"]) for unit in tea["units"]] == [
        ("points", "积分"), ("qualifying", "定级积分"),
    ]  # fmt: skip
    assert (tea["policies"]["pending_days"], tea["policies"]["expiry"]["runs"]) == (7, "never")


def test_a_change_leaves_alone_what_it_does_not_name(api: ApiClient, tea: dict[str, Any]) -> None:
    first = api.get(TEA).headers["ETag"]
    change = {"title_en": "Tea", "policies": {"expiry": {"runs": "age", "months": 12}}}

    changed = api.patch(TEA, change, **{"If-Match": first})
    late = api.patch(TEA, {"title_en": "Tea!"}, **{"If-Match": first})

    assert (changed.status_code, late.status_code) == (200, 412)
    assert (changed.json["title_en"], changed.json["title_zh"]) == ("Tea", "茶友会")
    assert changed.json["policies"] == {
        **tea["policies"],
        "expiry": {**tea["policies"]["expiry"], "runs": "age", "months": 12},
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "Club!"},
        {"key": ""},
        {"title_en": " "},
        {"currency": "pounds"},
        {"currency": "gbp"},
        {"time_zone": "Mars/Olympus"},
        {"policies": {"pending_days": -1}},
        {"policies": {"pending_days": True}},
        {"policies": {"expiry": "soon"}},
        {"policies": {"expiry": {"runs": "age"}}},
        {"policies": {"expiry": {"runs": ["age"]}}},
        {"policies": {"no_such": 1}},
        {"policies": []},
        {"surprise": 1},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(api: ApiClient, wrong: dict[str, Any]) -> None:
    assert api.post("/loyalty/programmes", {**DRAFT, **wrong}).status_code == 422


def test_a_key_is_taken_once(api: ApiClient, tea: dict[str, Any]) -> None:
    assert tea["key"] == "tea"
    assert api.post("/loyalty/programmes", DRAFT).status_code == 409


def test_a_paused_programme_takes_no_commands(api: ApiClient, tea: dict[str, Any]) -> None:
    ann = api.post("/customers", {"given_name": "Ann"}).json["id"]
    body = {"customer_id": ann, "amount": 5}

    paused = api.post(f"{TEA}/state", {"state": "paused", "reason": "stock-taking"})
    refused = api.post(f"{TEA}/earn", body)
    api.post(f"{TEA}/state", {"state": "active"})

    assert (paused.json["state"], paused.json["state_reason"]) == ("paused", "stock-taking")
    assert refused.status_code == 409
    assert api.post(f"{TEA}/earn", body).status_code == 200
    assert api.post(f"{TEA}/state", {"state": "read_only"}).status_code == 422
    assert tea["state"] == "active"


def test_a_programme_that_does_not_fit_is_not_resumed_until_it_does(
    loyalty: Platform, api: ApiClient, tea: dict[str, Any]
) -> None:
    ann = api.post("/customers", {"given_name": "Ann"}).json["id"]
    api.post(f"{TEA}/earn", {"customer_id": ann, "amount": 5})
    fits = api.post(f"{TEA}/check").json
    with loyalty.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE loyalty_accounts SET held = 3 WHERE customer_id IS NOT NULL")
        )

    found = api.post(f"{TEA}/check").json
    stays = api.post(f"{TEA}/state", {"state": "active"})
    with loyalty.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE loyalty_accounts SET held = 0 WHERE customer_id IS NOT NULL")
        )
    mended = api.post(f"{TEA}/state", {"state": "active"})

    assert (fits["fits"], found["fits"], stays.status_code) == (True, False, 409)
    assert [bool(part["mismatches"]) for part in found["parts"]].count(True) == 1
    assert (mended.status_code, mended.json["state"]) == (200, "active")
    assert tea["state"] == "active"
