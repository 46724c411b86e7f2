"""The pages and the API of webhooks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.webhooks.conftest import Receiver, customers, deliver, log_of

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.webhooks.jobs import sweep


@pytest.fixture
def admin(app: Flask, factories: Factories) -> FlaskClient:
    """Sends forms with an admin's token, so that no form token is needed."""
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {factories.token('admin')}"
    return browser


def test_an_endpoint_is_made_tested_watched_and_removed(
    office: Platform, api: ApiClient, receiver: Receiver
) -> None:
    made = api.post("/webhooks", {"url": receiver.url, "events": ["CustomerCreated"]}).json
    tested = api.post(f"/webhooks/{made['id']}/test").json
    sweep(office)
    [entry] = api.get(f"/webhooks/{made['id']}/deliveries").json["items"]
    again = api.post(f"/webhooks/{made['id']}/deliveries/{entry['number']}/replay")
    sweep(office)

    deleted = api.delete(f"/webhooks/{made['id']}")

    assert receiver.verified(made["secret"])[0]["type"] == "webhook.test"
    assert (entry["message_id"], entry["state"]) == (tested["message_id"], "delivered")
    assert (again.status_code, receiver.ids) == (202, [tested["message_id"]] * 2)
    assert (deleted.status_code, api.get("/webhooks").json) == (204, {"items": []})


def test_the_secret_is_shown_once(office: Platform, api: ApiClient, receiver: Receiver) -> None:
    made = api.post("/webhooks", {"url": receiver.url}).json

    shown = [api.get(f"/webhooks/{made['id']}").text, api.get("/webhooks").text]

    assert made["secret"].startswith("whsec_")
    assert [made["secret"] in text for text in shown] == [False, False]


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://example.com/"},
        {"url": "ftp://example.com/"},
        {"url": "https://user:secret@example.com/"},
        {"url": "javascript:alert(1)"},
        {"url": ""},
        {"url": "https://example.com/", "events": []},
        {"url": "https://example.com/", "events": ["NoSuchEvent"]},
        {"url": "https://example.com/", "more": 1},
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(
    office: Platform, api: ApiClient, body: dict[str, object]
) -> None:
    assert api.post("/webhooks", body).status_code == 422
    assert api.get("/webhooks").json == {"items": []}


def test_the_pages_lead_through(office: Platform, admin: FlaskClient, receiver: Receiver) -> None:
    empty = admin.get("/webhooks/").text
    form = {"url": receiver.url, "title": "Shop", "events": ["*"], "active": "1"}
    secret = admin.post("/webhooks/new", data=form).text
    customers(office, "Ada")
    deliver(office)
    path = f"/webhooks/{log_of(office)[0].endpoint_id}"
    sweep(office)
    page = admin.get(path).text
    edited = admin.post(f"{path}/edit", data=form | {"title": "Finance", "active": ""})
    off = admin.get(path).text
    deleted = admin.post(f"{path}/delete")

    assert "No webhooks yet" in empty
    assert "whsec_" in secret
    assert ("CustomerCreated" in page, "Delivered" in page, "whsec_" in page) == (True, True, False)
    assert (edited.status_code, "Switched off" in off, "Finance" in off) == (302, True, True)
    assert (deleted.status_code, log_of(office)) == (302, [])


def test_a_form_with_an_internal_address_comes_back_with_the_reason(
    office: Platform, admin: FlaskClient
) -> None:
    page = admin.post("/webhooks/new", data={"url": "http://10.0.0.1/", "events": ["*"]})

    assert page.status_code == 422
    assert "Only https addresses are called." in page.text


def test_nobody_else_manages_webhooks(office: Platform, app: Flask, factories: Factories) -> None:
    owner = ApiClient(app, factories.token("owner"))

    assert owner.get("/webhooks").status_code == 403
