"""An installation with something of everything, so that ids in paths and bodies can be real."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update
from tests.api.operations import Operation, operations

from guanxi.access.models import Role
from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.db import Actor
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

SECRET = "Zephyrine"
"""In names, notes and subjects of everything that hangs on a customer."""


@pytest.fixture
def document(app: Flask) -> Mapping[str, Any]:
    """The OpenAPI document of the running app."""
    found: Mapping[str, Any] = app.test_client().get("/api/v1/openapi.json").json
    return found


@pytest.fixture
def every(document: Mapping[str, Any]) -> list[Operation]:
    """All operations."""
    return list(operations(document))


@pytest.fixture
def limited(app: Flask, factories: Factories) -> ApiClient:
    """Somebody who may do everything, but sees only their own customers, and has none."""
    names = [permission.name for permission in CORE_PERMISSIONS]
    with factories.database.write(Actor("system", "test"), now=factories.now) as session:
        session.execute(update(Role).where(Role.name == "staff").values(permissions=names))
        session.execute(text("UPDATE platform_state SET generation = generation + 1"))
    return ApiClient(app, factories.token("staff"))


@pytest.fixture
def ids(app: Flask, api: ApiClient, factories: Factories, every: list[Operation]) -> dict[str, Any]:
    """An id for every parameter of a path, each of something that exists."""
    people = _people(api, str(factories.user("staff", name="Owen")))
    exported = {}
    for one in every:
        if one.method == "POST" and one.path.rstrip("/") == "/api/v1/exports":
            path = one.path.removeprefix("/api/v1")
            exported["export_id"] = _made(api, path, {"what": "customers"})["id"]
    return {**people, **_trade(api, people["customer_id"]), **_office(app, api), **exported}


def _people(api: ApiClient, owner: str) -> dict[str, Any]:
    kinds = {"ann": "person", "bo": "person", "cy": "person", "firm": "organisation"}
    ann, bo, cy, firm = (
        _made(api, "/customers", _customer(name, kind, owner)) for name, kind in kinds.items()
    )
    joined = {"organisation_id": firm["id"], "role": SECRET}
    members = _made(api, f"/customers/{ann['id']}/memberships", joined)
    return {
        "user_id": owner,
        "owner_id": owner,
        "staff_id": owner,
        "assignee_id": owner,
        "customer_id": ann["id"],
        "organisation_id": firm["id"],
        "merged_id": bo["id"],
        "one_id": ann["id"],
        "other_id": bo["id"],
        "identity_id": ann["identities"][0]["id"],
        "membership_id": members["items"][0]["membership_id"],
        "merge_id": _made(api, f"/customers/{ann['id']}/merge", {"merged_id": cy["id"]})["id"],
    }


def _customer(name: str, kind: str, owner: str) -> dict[str, Any]:
    email = {"kind": "email", "value": f"{name}@{SECRET.lower()}.example"}
    whole = f"{SECRET} {name}"
    return {"name": whole, "kind": kind, "owner_id": owner, "note": SECRET, "identities": [email]}


def _trade(api: ApiClient, customer_id: str) -> dict[str, Any]:
    of = {"customer_id": customer_id}
    bought = {"channel": "store", "kind": "purchase", "amount": "12.50", "currency": "GBP"}
    at = {"occurred_at": "2026-10-01T10:00:00Z", "note": SECRET}
    written = {"channel": "email", "purpose": "service", "subject": SECRET, "body": SECRET}
    bodies = {
        "touchpoint_id": ("/touchpoints", bought | at),
        "plan_id": ("/planned-contacts", {"due_on": "2026-12-01", "note": SECRET}),
        "reward_id": ("/rewards", {"kind": "voucher", "reason": SECRET}),
        "message_id": ("/messages", written),
        "comment_id": ("/comments", {"text": SECRET}),
        "task_id": ("/tasks", {"title": SECRET}),
        "request_id": ("/privacy-requests", {"kind": "export", "note": SECRET}),
    }
    return {name: _made(api, path, of | body)["id"] for name, (path, body) in bodies.items()}


def _office(app: Flask, api: ApiClient) -> dict[str, Any]:
    template = {"name": "Thanks", "purpose": "service", "body": "Thank you"}
    field = {"key": "shoe_size", "type": "number", "title_en": "Shoe size", "title_zh": "鞋码"}
    webhook = _made(api, "/webhooks", {"url": "https://example.com/in"})["id"]
    _made(api, f"/webhooks/{webhook}/test", None)
    api.patch("/settings/core", {"company": "Tea House"})
    return {
        "endpoint_id": webhook,
        "number": api.get(f"/webhooks/{webhook}/deliveries").json["items"][0]["number"],
        "template_id": _made(api, "/messages/templates", template)["id"],
        "value": "new@example.com",
        "url": "https://example.com/other",
        "expires_at": "2096-01-01T00:00:00Z",
        "key": _made(api, "/custom-fields", field)["key"],
        "scope": "core",
        "history_id": api.get("/settings/core/history").json["items"][0]["id"],
        "name": "hello",
        "what": "customers",
        "importer": "customers",
        "import_id": _uploaded(app, api),
    }


def _uploaded(app: Flask, api: ApiClient) -> str:
    answer = app.test_client().post(
        "/api/v1/imports",
        data={"file": (io.BytesIO(b"name\nAda\n"), "people.csv"), "importer": "customers"},
        headers={"Authorization": f"Bearer {api.token}"},
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json["id"])


def _made(api: ApiClient, path: str, body: Any) -> Any:
    answer = api.post(path, body)
    assert answer.status_code < 300, (path, answer.text)
    return answer.json
