"""Every change of the API can be repeated under its Idempotency-Key, whatever it changes."""

from typing import Any

import pytest
from tests.api.operations import Operation

from guanxi.testkit.clients import ApiClient

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/touchpoints": {
        "channel": "store", "kind": "purchase", "occurred_at": "2026-10-01T10:00:00Z",
        "amount": "5", "currency": "GBP",
    },
    "POST /api/v1/customers/bulk": {"items": [{"name": "Ann"}, {"name": "Bo"}]},
    "POST /api/v1/touchpoints/bulk": {
        "items": [{"channel": "phone", "kind": "call", "occurred_at": "2026-10-01T10:00:00Z"}]
    },
    "POST /api/v1/customers/{customer_id}/consents": {
        "decisions": [{"channel": "email", "purpose": "marketing", "given": True}]
    },
    "POST /api/v1/rewards": {"kind": "voucher", "reason": "Thanks"},
    "PATCH /api/v1/customers/{customer_id}": {"city": "York"},
    "PATCH /api/v1/settings/{scope}": {"company": "Tea House"},
}  # fmt: skip
"""Bodies where one made from the schema alone would be refused by a rule."""


def test_the_same_key_and_body_give_the_first_answer_byte_for_byte(
    api: ApiClient, every: list[Operation], ids: dict[str, Any]
) -> None:
    repeated, wrong = [], []
    for number, one in enumerate(every):
        if one.method == "GET" or "multipart" in str(one.described.get("requestBody")):
            continue
        path, body = one.address(ids).removeprefix("/api/v1"), _body(one, ids)
        key = f"key-{number}"
        first = api.request(one.method, path, body, Idempotency_Key=key)
        if first.status_code >= 400:
            continue
        again = api.request(one.method, path, body, Idempotency_Key=key)
        other = api.request(one.method, path + "?other=1", body, Idempotency_Key=key)
        repeated.append(str(one))
        if _seen(again) != _seen(first) or again.headers.get("Idempotent-Replayed") != "true":
            wrong.append((str(one), first.text, again.text))
        if other.status_code != 422 or "Idempotent-Replayed" in first.headers:
            wrong.append((str(one), other.status_code, other.text))

    assert wrong == []
    assert len(repeated) > 40, repeated


@pytest.mark.parametrize("path", ["/customers", "/touchpoints"])
def test_a_repeated_creation_creates_nothing(api: ApiClient, path: str) -> None:
    body = {"name": "Ann"} if path == "/customers" else BODIES["POST /api/v1/touchpoints"]

    answers = [api.post(path, body, Idempotency_Key="once") for _ in range(3)]

    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(api.get(path).json["items"]) == 1


@pytest.mark.parametrize("path", ["/customers/bulk", "/touchpoints/bulk"])
def test_a_thousand_at_once_are_taken_and_one_more_is_not(api: ApiClient, path: str) -> None:
    item = BODIES[f"POST /api/v1{path}"]["items"][0]

    whole = api.post(path, {"items": [item] * 1000})
    more = api.post(path, {"items": [item] * 1001})

    assert [one["status"] for one in whole.json["results"]] == [201] * 1000
    assert more.status_code == 422
    assert len(api.get(path.removesuffix("/bulk") + "?limit=200").json["items"]) == 200


@pytest.mark.parametrize("path", ["/customers/bulk", "/touchpoints/bulk"])
def test_one_bad_item_does_not_stop_the_others(api: ApiClient, path: str) -> None:
    good = BODIES[f"POST /api/v1{path}"]["items"][0]
    bad: list[Any] = [None, [], "x", 7, {}, {**good, "no_such_field": 1}, {"name": "\0"}]

    results = api.post(path, {"items": [good, *bad, good]}).json["results"]

    assert [one["status"] for one in results] == [201, *[422] * len(bad), 201]
    assert [bool(one.get("title")) for one in results] == [False, *[True] * len(bad), False]


def _body(one: Operation, ids: dict[str, Any]) -> Any:
    known = BODIES.get(str(one))
    if known is None:
        return one.sample(ids)
    return {"customer_id": ids["customer_id"], **known} if str(one).endswith("rewards") else known


def _seen(answer: Any) -> tuple[Any, ...]:
    headers = ("Content-Type", "Location", "ETag")
    return answer.status_code, answer.data, *(answer.headers.get(name) for name in headers)
