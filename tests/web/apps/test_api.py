"""Plugins by API."""

from flask import Flask
from sqlalchemy import select

from guanxi.audit.models import AuditEntry
from guanxi.clock import utc_now
from guanxi.platform import Platform
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


def test_api_lists_and_switches(api: ApiClient, app: Flask, factories: Factories):
    before = api.get("/apps").json
    enabled = api.post("/apps/hello/enable")
    disabled = api.post("/apps/hello/disable", {})

    assert before["safe_mode"] is False
    (hello,) = [item for item in before["items"] if item["name"] == "hello"]
    assert (hello["state"], hello["problem"]) == ("installed", None)
    assert enabled.status_code == 200
    assert enabled.json["state"] == "enabled"
    assert enabled.json["brings"]["tables"] == [{"name": "hello_days", "rows": 0}]
    assert disabled.json == {"disabled": ["hello"]}
    assert api.get("/apps/hello").json["state"] == "disabled"
    assert api.get("/apps/nothing").status_code == 404
    assert ApiClient(app, factories.token("staff")).get("/apps").status_code == 403


def test_api_enables_once_for_one_key(api: ApiClient, session):
    first = api.post("/apps/hello/enable", Idempotency_Key="k1")
    again = api.post("/apps/hello/enable", Idempotency_Key="k1")

    assert (first.status_code, again.data) == (200, first.data)
    entries = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == "hello"))
    assert list(entries) == ["plugin.enabled"]


def test_api_releases_and_uninstalls(api: ApiClient, platform: Platform):
    api.post("/apps/hello/enable")
    quarantine(platform.database, "hello", Problem("Caught."), now=utc_now())

    assert api.post("/apps/hello/enable").status_code == 409
    assert api.post("/apps/hello/release").json["state"] == "enabled"
    assert api.post("/apps/hello/uninstall", {"data": "burn"}).status_code == 422
    assert api.post("/apps/hello/uninstall", {"data": "drop"}).status_code == 422
    gone = api.post("/apps/hello/uninstall", {"data": "export", "confirmation": "hello"})
    assert gone.status_code == 200
    assert gone.json["archive"].startswith("/apps/exported-data/hello-")
    assert api.get("/apps/hello").json["state"] == "installed"
