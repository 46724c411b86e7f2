"""The OpenAPI document tells every operation, and everything a program needs to call it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from tests.api.operations import Operation

from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import disable, enable
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder

NOT_DESCRIBED = {"docs.document"}
"""The document itself."""
PARTS = """
from marshmallow import Schema, fields
api = Api("parts", __name__)
class PartSchema(Schema):
    number = fields.Integer(strict=True)
@api.get("", permission="parts.view")
@api.response(200, PartSchema)
def show():
    "A part."
    return {"number": 1}
@hookimpl
def register_permissions():
    return [Permission("parts.view", Text("See parts", "查看零件"))]
@hookimpl
def register_api():
    return api
"""


@pytest.fixture
def parts(config: Config, database_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A platform with a plugin that brings an operation."""
    config.home.mkdir(parents=True, exist_ok=True)
    with plugin_folder(tmp_path / "site") as folder:
        _write(folder)
        built = build_platform(config, database_url)
        yield built
        built.database.dispose()


def _write(folder: PluginFolder) -> None:
    folder.add("parts", PARTS)


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every method and path below ``/api/v1`` that the app answers, plugins not enabled apart."""
    found = set()
    host = app.extensions["guanxi"].host
    for rule in app.url_map.iter_rules():
        owner = host.owner_of(rule.endpoint)
        if owner is not None and owner not in host.enabled:
            continue
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in NOT_DESCRIBED:
            path = re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found |= {(method, path) for method in methods}
    return found


def test_it_tells_exactly_the_operations_that_there_are(app: Flask, every: list[Operation]) -> None:
    told = {(one.method, one.path) for one in every}

    assert told == routes(app)
    assert len(told) > 100


def test_it_is_a_valid_document(document: Mapping[str, Any]) -> None:
    schema = schemathesis.openapi.from_dict(dict(document))

    schema.validate()
    assert document["openapi"].startswith("3.1")
    assert [one for one in schema.get_all_operations() if not hasattr(one, "ok")] == []


def test_every_operation_is_told_in_words(every: list[Operation]) -> None:
    silent = [
        str(one)
        for one in every
        if not one.described["summary"].endswith(".") or not one.described["description"]
    ]

    assert silent == []


def test_every_operation_says_what_it_needs(every: list[Operation]) -> None:
    open_ones = [str(one) for one in every if not one.described.get("security")]

    assert open_ones == []


def test_every_operation_describes_its_problems(every: list[Operation]) -> None:
    for one in every:
        problems = {s: one.resolved(r) for s, r in one.described["responses"].items() if s > "4"}
        assert {"401", "403", "422", "default"} <= set(problems), one
        for problem in problems.values():
            assert problem["description"].endswith("."), one
            assert list(problem["content"]) == ["application/problem+json"], one


def test_every_answer_with_a_body_is_described(every: list[Operation]) -> None:
    bare = []
    for one in every:
        for status, answer in one.described["responses"].items():
            content = one.resolved(answer).get("content", {})
            if status.startswith("2") and status != "204" and not content:
                bare.append(f"{one} {status}")

    assert bare == []


def test_every_change_tells_of_its_idempotency_key(every: list[Operation]) -> None:
    for one in every:
        names = [one.resolved(p)["name"] for p in one.described.get("parameters", ())]
        assert ("Idempotency-Key" in names) == (one.method != "GET"), one


def test_operations_have_names_of_their_own(every: list[Operation]) -> None:
    names = [one.described["operationId"] for one in every]

    assert len(set(names)) == len(names)


def test_a_disabled_plugins_operations_are_not_told(parts: Platform) -> None:
    app, database = create_app(parts), parts.database
    by = {"actor": Actor("system", "test"), "now": utc_now()}
    client = app.test_client()

    def told() -> tuple[bool, bool]:
        document = client.get("/api/v1/openapi.json").json
        return "/api/v1/parts" in document["paths"], "Part" in document["components"]["schemas"]

    before = told()
    enable(database, parts.host, "parts", **by)
    enabled = told()
    disable(database, parts.host, "parts", **by)

    assert (before, enabled, told()) == ((False, False), (True, True), (False, False))


def test_no_address_ends_with_a_slash(every: list[Operation]) -> None:
    assert [str(one) for one in every if one.path.endswith("/")] == []
