"""ETag, If-Match, If-None-Match: nobody overwrites what they have not seen, nor reads it twice."""

from typing import Any

import pytest
from tests.api.operations import Operation

from guanxi.testkit.clients import ApiClient

CHANGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "customer": ("PATCH", "/customers/{customer_id}", {"city": "York"}),
    "touchpoint": ("PATCH", "/touchpoints/{touchpoint_id}", {"subject": "Tea"}),
    "task": ("PUT", "/tasks/{task_id}", {"title": "Call back"}),
    "settings": ("PATCH", "/settings/core", {"company": "Tea & Co"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_what_was_seen_succeeds_and_of_what_was_not_fails(
    api: ApiClient, ids: dict[str, Any], what: str
) -> None:
    method, path, body = CHANGES[what]
    path = path.format(**ids)
    seen = api.get(path).headers["ETag"]

    first = api.request(method, path, body, If_Match=seen)
    second = api.request(method, path, body, If_Match=seen)

    assert first.status_code == 200
    assert first.headers["ETag"] == api.get(path).headers["ETag"] != seen
    assert (second.status_code, second.json["code"]) == (412, "precondition_failed")


@pytest.mark.parametrize("what", CHANGES)
def test_without_a_condition_the_last_one_wins(
    api: ApiClient, ids: dict[str, Any], what: str
) -> None:
    method, path, body = CHANGES[what]

    for condition in ({}, {"If_Match": "*"}):
        assert api.request(method, path.format(**ids), body, **condition).status_code == 200


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_known_already_is_not_sent_again(
    api: ApiClient, ids: dict[str, Any], what: str
) -> None:
    method, path, body = CHANGES[what]
    path = path.format(**ids)
    seen = api.get(path).headers["ETag"]

    same = api.get(path, If_None_Match=seen)
    api.request(method, path, body)
    other = api.get(path, If_None_Match=seen)

    assert (same.status_code, same.data) == (304, b"")
    assert other.status_code == 200


def test_an_etag_of_something_else_matches_nothing(api: ApiClient, ids: dict[str, Any]) -> None:
    path = f"/customers/{ids['customer_id']}"

    for wrong in ('"abc"', "1", 'W/"1"', '"99999999999999999999"'):
        assert api.patch(path, {"city": "York"}, If_Match=wrong).status_code == 412


def test_a_condition_is_never_silently_ignored(
    api: ApiClient, every: list[Operation], ids: dict[str, Any]
) -> None:
    ignoring = []
    for one in every:
        names = [one.resolved(p)["name"] for p in one.described.get("parameters", ())]
        if one.method != "GET":
            path = one.address(ids).removeprefix("/api/v1")
            answer = api.request(one.method, path, one.sample(ids), If_Match='"987654321"')
            expected = (412,) if "If-Match" in names else (422,)
            if answer.status_code not in expected:
                ignoring.append((str(one), answer.status_code, answer.text))

    assert ignoring == []
