"""The log of events by API: in order, nothing skipped, nothing of others' customers."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


def kinds(answer: Any) -> list[str]:
    return [item["kind"] for item in answer.json["items"]]


def test_it_tells_what_happened_in_order(api: ApiClient) -> None:
    made = api.post("/customers", {"name": "Ann"}).json["id"]
    api.patch(f"/customers/{made}", {"city": "York"})

    answer = api.get("/events")

    assert kinds(answer) == ["CustomerCreated", "CustomerChanged"]
    assert answer.json["items"][1]["payload"] == {"fields": ["city"]}
    assert answer.json["items"][1]["customer_id"] == made
    assert answer.json["more"] is False


def test_whoever_goes_on_at_the_position_gets_only_what_is_new(api: ApiClient) -> None:
    for name in ("Ann", "Bo", "Cy"):
        api.post("/customers", {"name": name})

    first = api.get("/events?limit=2").json
    second = api.get(f"/events?limit=2&after={first['position']}").json
    nothing = api.get(f"/events?after={second['position']}").json
    api.post("/customers", {"name": "Dee"})
    fresh = api.get(f"/events?after={nothing['position']}").json

    assert [len(page["items"]) for page in (first, second, nothing, fresh)] == [2, 1, 0, 1]
    assert [page["more"] for page in (first, second, nothing)] == [True, False, False]


def test_an_event_of_a_slower_transaction_is_not_skipped(
    api: ApiClient, platform: Platform
) -> None:
    with platform.database.engine.connect() as slow:
        slow.execute(text(
            "INSERT INTO events (partition, kind, version, recorded_at, actor_kind, actor_name,"
            " payload) VALUES (0, 'Slow', 1, now(), 'system', 'test', '{}')"
        ))  # fmt: skip
        api.post("/customers", {"name": "Ann"})
        before = api.get("/events").json
        slow.commit()

    after = api.get(f"/events?after={before['position']}")

    assert before["items"] == []
    assert kinds(after) == ["Slow", "CustomerCreated"]


def test_it_can_be_narrowed_to_kinds_and_to_one_customer(api: ApiClient) -> None:
    ann, bo = (api.post("/customers", {"name": name}).json["id"] for name in ("Ann", "Bo"))
    api.patch(f"/customers/{ann}", {"city": "York"})

    assert kinds(api.get("/events?kind=CustomerChanged,CustomerErased")) == ["CustomerChanged"]
    assert kinds(api.get(f"/events?customer_id={bo}")) == ["CustomerCreated"]
    assert kinds(api.get(f"/events?customer_id={uuid4()}")) == []


def test_others_customers_are_left_out(
    app: Flask, api: ApiClient, limited: ApiClient, factories: Factories
) -> None:
    me = limited.get("/me").json["user_id"]
    api.post("/customers", {"name": "Ann"})
    mine = api.post("/customers", {"name": "Bo", "owner_id": me}).json["id"]
    api.post("/touchpoints", {
        "channel": "store", "kind": "purchase", "occurred_at": "2026-10-01T10:00:00Z",
        "amount": "1", "currency": "GBP",
    })  # fmt: skip

    assert [item["customer_id"] for item in limited.get("/events").json["items"]] == [mine]
    assert len(api.get("/events").json["items"]) == 3


def test_it_needs_its_permission(app: Flask, factories: Factories) -> None:
    answers = {
        role: ApiClient(app, factories.token(role)).get("/events").status_code
        for role in ("admin", "integration", "owner", "staff", "viewer")
    }

    assert answers == {"admin": 200, "integration": 200, "owner": 403, "staff": 403, "viewer": 403}


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "1.5"])
def test_a_position_is_a_number(api: ApiClient, after: str) -> None:
    assert api.get(f"/events?after={after}").status_code == 422
