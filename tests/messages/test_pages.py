"""The pages of messages: composer, list, templates, unsubscribing, the test mail."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tests.messages.conftest import NOON, Mailbox, Make, configure, look, queue

from guanxi.access.sessions import new_session_id, save_session
from guanxi.clock import utc_now
from guanxi.customers.models import CustomerConsent
from guanxi.messages.domain.unsubscribing import Subscription, UnsubscribeLinks
from guanxi.messages.jobs import send
from guanxi.messages.models import Message, MessageTemplate
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


@pytest.fixture
def admin(app: Flask, factories: Factories) -> FlaskClient:
    """A program that sends forms with an admin's token, so that no form token is needed."""
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {factories.token('admin')}"
    return browser


def form(customer: UUID, **more: str) -> dict[str, str]:
    values = {"channel": "email", "purpose": "service", "subject": "Hello", "key": "one"}
    return values | {"body": "Dear {{ customer.name }}", "customer": str(customer)} | more


def messages(platform: Platform) -> list[Message]:
    with platform.database.read() as session:
        return list(session.scalars(select(Message)))


def test_the_composer_offers_channels_with_the_reason_for_those_not_possible(
    office: Platform, admin: FlaskClient, make: Make
) -> None:
    ada = make("Ada Lovelace")

    page = admin.get(f"/messages/new?customer={ada}").text

    assert "Write to Ada Lovelace" in page
    assert "No address or number for this channel is known." in page


def test_a_preview_shows_the_real_values_and_sends_nothing(
    office: Platform, admin: FlaskClient, make: Make
) -> None:
    ada = make("Ada <b>Lovelace</b>", email="ada@example.com")

    page = admin.post("/messages/new", data=form(ada, action="preview"))

    assert page.status_code == 200
    assert "Dear Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page.text
    assert messages(office) == []


def test_sending_twice_from_one_form_sends_one_message(
    office: Platform, admin: FlaskClient, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com")

    answers = [admin.post("/messages/new", data=form(ada)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(messages(office)) == 1


def test_an_unknown_merge_field_is_an_error_at_its_field(
    office: Platform, admin: FlaskClient, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com")

    page = admin.post("/messages/new", data=form(ada, body="{{ customer.iban }}"))

    assert page.status_code == 422
    assert "is no merge field" in page.text
    assert messages(office) == []


def test_the_list_and_the_message_say_why_it_was_refused(
    office: Platform, admin: FlaskClient, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com")
    answer = admin.post("/messages/new", data=form(ada, purpose="marketing"))

    pages = [admin.get(answer.headers["Location"]).text, admin.get("/messages/").text]

    assert ["The customer never agreed to this." in page for page in pages] == [True, True]


def test_staff_decide_about_a_message_of_unknown_outcome(
    office: Platform, admin: FlaskClient, mailbox: Mailbox, make: Make
) -> None:
    message = queue(office, make("Ada", email="ada@example.com"))
    mailbox.hang_up = True
    send(office, message.id, now=NOON)
    page = admin.get(f"/messages/{message.id}").text

    answer = admin.post(f"/messages/{message.id}/settle", data={"went_out": "1"})

    assert "Nobody knows whether this message went out" in page
    assert (answer.status_code, look(office, message).state) == (302, "sent")


def test_templates_are_made_used_changed_and_deleted(
    office: Platform, admin: FlaskClient, make: Make
) -> None:
    values = {"name": "Thanks", "purpose": "service", "subject": "Thank you",
              "body": "Dear {{ customer.name }}, thank you."}  # fmt: skip
    made = admin.post("/messages/templates/new", data=values)
    with office.database.read() as session:
        template = session.scalars(select(MessageTemplate)).one()
    composer = admin.get(f"/messages/new?customer={make('Ada')}&template={template.id}").text
    changed = admin.post(f"/messages/templates/{template.id}", data=values | {"name": "Merci"})
    listed = admin.get("/messages/templates").text

    deleted = admin.post(f"/messages/templates/{template.id}/delete")

    assert [made.status_code, changed.status_code, deleted.status_code] == [302] * 3
    assert "Dear {{ customer.name }}, thank you." in composer
    assert "Merci" in listed
    assert "Merci" not in admin.get("/messages/templates").text


def test_a_template_with_an_unknown_field_is_refused(office: Platform, admin: FlaskClient) -> None:
    values = {"name": "Bad", "purpose": "service", "body": "{{ 7*7 }} {% if 1 %}"}

    page = admin.post("/messages/templates/new", data=values)

    assert page.status_code == 422
    assert "49" not in re.sub(r"<svg.*?</svg>", "", page.text, flags=re.DOTALL)


def test_looking_at_an_unsubscribe_link_changes_nothing_and_one_click_does(
    office: Platform, client: FlaskClient, mailbox: Mailbox, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com", marketing=True)
    send(office, queue(office, ada, purpose="marketing").id, now=NOON)
    [mail] = mailbox.mails
    path = mail["List-Unsubscribe"].strip("<>").removeprefix(office.config.base_url)

    looked = [client.get(path).status_code for _ in range(2)]
    before = decisions(office, ada)
    clicked = client.post(path, data={"List-Unsubscribe": "One-Click"})

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path in mailbox.texts()[0]
    assert (looked, before) == ([200, 200], [("email", "marketing", True)])
    assert clicked.status_code == 200
    assert decisions(office, ada)[-1] == ("email", "marketing", False)
    assert queue(office, ada, purpose="marketing").state == "refused"


def test_unsubscribing_everywhere_counts_for_all_channels(
    office: Platform, client: FlaskClient, make: Make
) -> None:
    ada = make("Ada", marketing=True)

    client.post(link(office, ada), data={"everywhere": "1"})

    assert decisions(office, ada)[1:] == [
        ("email", "marketing", False),
        ("any", "marketing", False),
    ]


@pytest.mark.parametrize("token", ["x", "a.b", "e30.x", "%00", "W10.AAAA"])
def test_a_made_up_link_is_not_found(office: Platform, client: FlaskClient, token: str) -> None:
    answers = [client.get(f"/messages/unsubscribe/{token}"),
               client.post(f"/messages/unsubscribe/{token}")]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_link_of_another_installation_is_not_found(
    office: Platform, client: FlaskClient, make: Make
) -> None:
    ada = make("Ada", marketing=True)
    forged = UnsubscribeLinks("another key", "").url(Subscription(ada, "email", "marketing"))

    assert client.post(forged).status_code == 404
    assert decisions(office, ada) == [("email", "marketing", True)]


def test_the_test_mail_goes_to_the_admin(
    office: Platform, admin: FlaskClient, mailbox: Mailbox
) -> None:
    answer = admin.post("/messages/test-mail")

    assert answer.status_code == 302
    assert [mail["To"] for mail in mailbox.mails] == ["admin1@example.com"]


def test_a_wrong_mail_server_is_told_in_a_sentence(
    office: Platform, app: Flask, factories: Factories
) -> None:
    configure(office, smtp_port=1)
    browser = signed_in(app, office, factories)

    page = browser.post("/messages/test-mail", data=browser.token, follow_redirects=True)

    assert "The mail server did not take the message" in page.text


def test_the_api_queues_lists_and_repeats_nothing(
    office: Platform, api: ApiClient, make: Make
) -> None:
    ada = make("Ada", email="ada@example.com")
    body = {"customer_id": str(ada), "channel": "email", "purpose": "service", "subject": "Hi",
            "body": "Hello {{ customer.name }}"}  # fmt: skip

    sent = [api.post("/messages", body | {"idempotency_key": "k1"}) for _ in range(2)]
    other = api.post("/messages", body | {"idempotency_key": "k1", "body": "Else"})
    listed = api.get(f"/messages?customer_id={ada}")

    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json["id"] == sent[1].json["id"]
    assert (other.status_code, other.json["code"]) == (409, "different_message")
    assert [m["state"] for m in listed.json["items"]] in (["queued"], ["held"])


def test_the_api_pages_through_messages(office: Platform, api: ApiClient, make: Make) -> None:
    ada = make("Ada", email="ada@example.com")
    ids = [str(queue(office, ada).id) for _ in range(5)]

    found, cursor = [], ""
    for _ in range(3):
        answer = api.get(f"/messages?limit=2{cursor}").json
        found += [message["id"] for message in answer["items"]]
        cursor = f"&cursor={answer['next']}"

    assert found == ids[::-1]
    assert answer["next"] is None


def test_staff_see_only_messages_to_their_own_customers(
    office: Platform, app: Flask, factories: Factories, make: Make
) -> None:
    me = factories.user("staff")
    mine, other = make("Mine", email="m@example.com", owner_id=me), make("X", email="x@example.com")
    ours, theirs = queue(office, mine), queue(office, other)
    staff = ApiClient(app, factories.token(user_id=me))

    listed = [message["id"] for message in staff.get("/messages").json["items"]]
    refused = [
        staff.get(f"/messages/{theirs.id}").status_code,
        staff.post(f"/messages/{theirs.id}/cancel").status_code,
        staff.post("/messages", {"customer_id": str(other), "channel": "email",
                                 "purpose": "service", "subject": "a", "body": "b"}).status_code,
    ]  # fmt: skip

    assert listed == [str(ours.id)]
    assert refused == [404, 404, 404]


def decisions(platform: Platform, customer: UUID) -> list[tuple[str, str, bool]]:
    with platform.database.read() as session:
        rows = session.scalars(
            select(CustomerConsent)
            .where(CustomerConsent.customer_id == customer)
            .order_by(CustomerConsent.at, CustomerConsent.id)
        )
        return [(row.channel, row.purpose, row.given) for row in rows]


def link(platform: Platform, customer: UUID) -> str:
    links = UnsubscribeLinks(platform.secrets.signing_key, "")
    return links.url(Subscription(customer, "email", "marketing"))


class Browser(FlaskClient):
    """A signed-in browser with its form token."""

    token: dict[str, str]


def signed_in(app: Flask, platform: Platform, factories: Factories) -> Browser:
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    session_id = new_session_id()
    with platform.database.autocommit.connect() as connection:
        save_session(
            connection, session_id, user_id=factories.user("admin"), data={}, address=None,
            browser=None, now=utc_now() - timedelta(seconds=5),
        )  # fmt: skip
    browser.set_cookie(app.config["SESSION_COOKIE_NAME"], session_id)
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/settings/core").text)
    assert found is not None
    browser.token = {"csrf_token": found[1]}
    return browser
