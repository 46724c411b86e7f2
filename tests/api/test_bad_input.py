"""Whatever is sent, the API refuses it with a sentence: never a 500, never another's data.

The operations, their fields and their parameters are taken from the OpenAPI document, so a new one
is tested without anybody thinking of it.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from tests.api.conftest import SECRET
from tests.api.operations import Operation
from werkzeug.test import TestResponse

from guanxi.testkit.clients import ApiClient

WRONG: Mapping[str, Any] = {
    "string": "x",
    "number": 7,
    "integer": 7,
    "boolean": True,
    "array": [[[]]],
    "object": {"a": {"b": []}},
    "null": None,
}
"""A value of each JSON type."""
HOSTILE: tuple[str, ...] = (
    '"\\u0000"',
    '"x\\u0000y"',
    '"' + "x" * 1_000_000 + '"',
    '"\\u202e\\u2066\\ufeff\\uffff"',
    '"\'; DROP TABLE customers; --"',
    '"{{ 7 * 7 }}<script>alert(1)</script>"',
    '"../../../etc/passwd"',
    "1" + "0" * 400,
    "-1",
    "1e308",
    "0.1",
    "-0",
    '"99999999999999999999999999"',
    '"1e999999999"',
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"',
    '"9999-12-31"',
    '""',
    "[" * 900 + "]" * 900,
    '{"' + "k" * 70_000 + '": 1}',
    '{"\\u0000": "\\u0000"}',
    '[null, {}, [], "x", 1]',
    '["01890000-0000-7000-8000-000000000000"]',
    '"01890000-0000-7000-8000-000000000000"',
)
"""Well-formed JSON that no operation is prepared for; some may take some of it."""
MALFORMED: tuple[bytes, ...] = (
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": "\\ud800"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\xff\xfe"}',
    b"\x00",
    b"{",
    b"[" * 100_000,
    b"a=b",
)
NOT_OBJECTS: tuple[Any, ...] = (None, [], [{}], "x", 1, True, 1.5)
QUERIES = (
    "\0",
    "x\0y",
    "'",
    "%",
    "-1",
    "9" * 40,
    "1e99",
    "true",
    "01890000-0000-7000-8000-000000000000",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01T00:00:00",
    "x" * 3_000,
    "客户",
    "",
)
PLACES: tuple[Any, ...] = (
    [None, None],
    [{}, []],
    ["9999-12-31T23:59:59-14:00", "01890000-0000-7000-8000-000000000000"],
    ["0001-01-01T00:00:00+14:00", "01890000-0000-7000-8000-000000000000"],
    ["2026-01-01T00:00:00", "01890000-0000-7000-8000-000000000000"],
    ["\0", "01890000-0000-7000-8000-000000000000"],
    [1e308, "01890000-0000-7000-8000-000000000000"],
    [10**18, "x"],
    [True, 1],
    [1, "01890000-0000-7000-8000-000000000000", "01890000-0000-7000-8000-000000000000"],
    ["NaN", "01890000-0000-7000-8000-000000000000", "01890000-0000-7000-8000-000000000000"],
    [2**63],
    [-1],
    [],
    {},
    "x",
)
"""What somebody may pack into a cursor; only the shape of some is one of ours."""
NOT_FOLLOWING = (
    "/api/v1/apps",
    "/api/v1/audit",
    "/api/v1/stats",
    "/api/v1/webhooks",
    "/api/v1/settings",
    "/api/v1/imports",
)
"""Operations of the whole installation, with permissions of their own; no rows are ruled there."""
OF_CUSTOMERS = {f"{thing}_id" for thing in (
    "customer", "identity", "membership", "merge", "touchpoint", "plan", "reward", "message",
    "request", "comment", "task",
)}  # fmt: skip


class Sender:
    """Sends raw bytes, and checks that a refusal is one."""

    def __init__(self, app: Flask, token: str) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"}
        self.sent = 0

    def send(
        self, one: Operation, path: str, body: bytes | None, content_type: str = "application/json"
    ) -> TestResponse:
        """Send it; whatever comes back is an answer or a problem, and never a 500."""
        self.sent += 1
        answer = self._client.open(
            path, method=one.method, data=body, content_type=content_type if body else None,
            headers=self._headers,
        )  # fmt: skip
        shown = (str(one), path[:200], (body or b"")[:200], answer.status_code, answer.text[:300])
        assert answer.status_code < 500, shown
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", shown
            assert answer.json["title"], shown
        return answer


@pytest.fixture
def sender(app: Flask, api: ApiClient) -> Sender:
    """An admin's."""
    return Sender(app, api.token)


@pytest.fixture
def with_body(every: list[Operation]) -> list[Operation]:
    """Operations that take JSON."""
    return [one for one in every if one.body is not None]


def test_there_is_an_id_for_every_path(every: list[Operation], ids: dict[str, Any]) -> None:
    named = {name for one in every for name in one.path_names}

    assert named - set(ids) == set()


def test_what_is_not_json_is_refused(
    with_body: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in with_body:
        for body in MALFORMED:
            assert sender.send(one, one.address(ids), body).status_code == 400, (one, body[:20])

    assert sender.sent == len(with_body) * len(MALFORMED) > 400


def test_another_content_type_is_refused(
    with_body: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in with_body:
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "nonsense"):
            answer = sender.send(one, one.address(ids), b"{}", content_type)
            assert answer.status_code == 415, (one, content_type)


def test_what_is_no_object_is_refused(
    with_body: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in with_body:
        for body in NOT_OBJECTS:
            answer = sender.send(one, one.address(ids), json.dumps(body).encode())
            assert answer.status_code == 422, (one, body)


def test_an_unknown_field_is_refused(
    with_body: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in with_body:
        body = {**one.sample(ids), "no_such_field": 1}
        answer = sender.send(one, one.address(ids), json.dumps(body).encode())
        assert answer.status_code == 422, (one, answer.text)
        assert "no_such_field" in answer.text, (one, answer.text)


def test_an_unknown_parameter_is_refused(
    every: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in every:
        body = None if one.body is None else json.dumps(one.sample(ids)).encode()
        answer = sender.send(one, one.address(ids) + "?no_such_parameter=1", body)
        assert answer.status_code in (404, 422), (one, answer.text)
        assert answer.status_code == 422 or one.path_names, (one, answer.text)


@pytest.mark.slow
def test_a_wrong_type_is_refused_in_every_field(
    with_body: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in with_body:
        for where, types, body in _replaced(one, ids):
            for kind, value in WRONG.items():
                if kind in types or (
                    {"number", "integer"} & types and kind in ("number", "integer")
                ):
                    continue
                answer = sender.send(one, one.address(ids), body(value))
                assert answer.status_code == 422, (str(one), where, kind, answer.text)

    assert sender.sent > 1000


@pytest.mark.slow
def test_hostile_values_do_no_harm_in_any_field(
    with_body: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in with_body:
        for _where, _types, body in _replaced(one, ids):
            for value in HOSTILE:
                sender.send(one, one.address(ids), body(value, raw=True))

    assert sender.sent > 3000
    still_there = sender.send(with_body[0], f"/api/v1/customers/{ids['customer_id']}", None)
    assert still_there.status_code != 500


@pytest.mark.slow
def test_hostile_parameters_do_no_harm(
    every: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    for one in every:
        for parameter in one.query:
            for value in (*QUERIES, *map(_packed, PLACES)):
                sender.send(one, f"{one.address(ids)}?{parameter['name']}={quote(value)}", None)
            sender.send(one, f"{one.address(ids)}?{parameter['name']}=%ED%A0%80%FF", None)

    assert sender.sent > 1000


@pytest.mark.slow
def test_hostile_conditions_do_no_harm(
    api: ApiClient, ids: dict[str, Any], sender: Sender, every: list[Operation]
) -> None:
    customers = next(one for one in every if str(one) == "GET /api/v1/customers")
    for attribute in api.get("/attributes").json["items"]:
        for operator in attribute["operators"]:
            for value in QUERIES:
                name = f"{attribute['key']}__{operator}"
                sender.send(customers, f"{customers.path}?{name}={quote(value)}", None)
        for place in PLACES:
            address = f"{customers.path}?sort={attribute['key']}&cursor={_packed(place)}"
            sender.send(customers, address, None)

    assert sender.sent > 500


def test_ids_that_are_nobodys_are_not_found(
    every: list[Operation], ids: dict[str, Any], sender: Sender
) -> None:
    nobodys = {
        name: "01890000-0000-7000-8000-000000000000" if name.endswith("_id") else "nothing"
        for name in ids
    } | {"number": 10**9, "history_id": 10**9}
    for one in every:
        if one.path_names:
            body = None if one.body is None else json.dumps(one.sample(ids)).encode()
            query = "&".join(
                f"{p['name']}={quote(str(one.sample_of(p, ids)))}"
                for p in one.query
                if p["required"]
            )
            answer = sender.send(one, f"{one.address(nobodys)}?{query}".rstrip("?"), body)
            assert answer.status_code == 404, (str(one), answer.status_code, answer.text)


def test_nobody_reads_or_changes_customers_out_of_sight(
    app: Flask, api: ApiClient, limited: ApiClient, every: list[Operation], ids: dict[str, Any]
) -> None:
    sender = Sender(app, limited.token)
    following = [one for one in every if not one.path.startswith(NOT_FOLLOWING)]
    before = [api.get(path).json for path in _things(ids)]

    for one in following:
        body = None if one.body is None else json.dumps(one.sample(ids)).encode()
        query = "&".join(f"{p['name']}={quote(str(one.sample_of(p, ids)))}" for p in one.query)
        for address in {one.address(ids), f"{one.address(ids)}?{query}".rstrip("?")}:
            answer = sender.send(one, address, body)
            assert SECRET not in answer.text.replace(f"?{query}", ""), (str(one), answer.text[:500])
            if OF_CUSTOMERS & set(one.path_names):
                assert answer.status_code in (404, 422), (str(one), answer.status_code, answer.text)

    assert [api.get(path).json for path in _things(ids)] == before


def _things(ids: Mapping[str, Any]) -> list[str]:
    names = {"customer": "customers", "touchpoint": "touchpoints", "reward": "rewards",
             "message": "messages", "task": "tasks", "request": "privacy-requests"}  # fmt: skip
    return [f"/{plural}/{ids[f'{name}_id']}" for name, plural in names.items()]


def _replaced(one: Operation, ids: Mapping[str, Any]) -> Iterator[tuple[str, set[str], Any]]:
    """Each field of a body that fits, with a function that puts another value there."""
    sample = one.sample(ids)
    for name, schema in (one.body or {}).get("properties", {}).items():
        if not schema.get("readOnly"):
            yield name, one.types(schema), _putting(sample, (name,))
            inner = one.resolved(one.resolved(schema).get("items", {}))
            for below, its in inner.get("properties", {}).items():
                yield f"{name}.{below}", one.types(its), _putting(sample, (name, 0, below))


def _putting(sample: Any, place: tuple[Any, ...]) -> Any:
    def put(value: Any, *, raw: bool = False) -> bytes:
        body = json.loads(json.dumps(sample))
        inner = body
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = "HERE" if raw else value
        text = json.dumps(body)
        return (text.replace('"HERE"', value, 1) if raw else text).encode()

    return put


def _packed(place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
