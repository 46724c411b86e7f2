"""One's own profile: present password, sessions, second factor with recovery codes, tokens."""

import re
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from tests.access.test_sign_in import PASSWORD, ada, submit, token_in
from werkzeug.test import TestResponse

from guanxi.access.links import create_link
from guanxi.access.models import ApiToken, User, WebSession
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

__all__ = ["ada"]
NEW_PASSWORD = "quite another long phrase"


def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    submit(client, "/sign-in", email="ada@example.com", password=PASSWORD)
    return client


def send(client: FlaskClient, path: str, **form: object) -> TestResponse:
    page = client.get("/profile/password").text
    return client.post(path, data={**form, "csrf_token": token_in(page)})


def with_second_factor(client: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    """Set the second factor up; return what the phone holds, and the recovery codes."""
    page = client.get("/profile/second-factor").text
    seed = re.search(r'name="seed" value="([A-Z2-7]+)"', page)
    assert seed is not None
    phone = pyotp.TOTP(seed[1])
    earlier = phone.at(int(utc_now().timestamp()) - 30)
    codes = send(client, "/profile/second-factor", seed=seed[1], code=earlier).text
    return phone, re.findall(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", codes)


def configure(platform: Platform, **values: object) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        platform.settings.change(session, "core", values)


def test_a_new_password_needs_the_present_one(app: Flask, ada: UUID) -> None:
    client = signed_in(app)
    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}

    refused = send(client, "/profile/password", current="a thief guesses", **new)
    accepted = send(client, "/profile/password", current=PASSWORD, **new)

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert "The present password is not right." in refused.text


def test_guessing_the_present_password_is_slowed_down(app: Flask, ada: UUID) -> None:
    client = signed_in(app)
    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}

    answers = [send(client, "/profile/password", current="no", **new) for _ in range(7)]

    assert [a.status_code for a in answers] == [422] * 6 + [429]


def test_a_link_lets_one_choose_a_password_without_the_old_one_once(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        link = create_link(session, ada, "reset", now=utc_now())
    client = app.test_client()
    token = token_in(client.get(f"/sign-in/link/{link}").text)
    client.post(f"/sign-in/link/{link}", data={"csrf_token": token})
    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}

    assert send(client, "/profile/password", **new).status_code == 302
    assert send(client, "/profile/password", **new).status_code == 422


def test_a_new_password_ends_links_that_are_still_on_their_way(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        link = create_link(session, ada, "reset", now=utc_now())
    client = signed_in(app)

    send(client, "/profile/password", current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)

    assert client.get(f"/sign-in/link/{link}").status_code == 404


def test_sessions_are_listed_and_one_of_them_is_ended(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    here, there = signed_in(app), signed_in(app)
    ends = re.findall(r'action="(/profile/sessions/[0-9a-f]{64}/end)"', here.get("/profile").text)

    send(here, ends[0])

    assert len(ends) == 1, "the session at hand has no such button"
    assert here.get("/profile").status_code == 200
    assert there.get("/profile").status_code == 302


def test_nobody_ends_a_session_of_somebody_else(
    app: Flask, platform: Platform, factories: Factories, ada: UUID
) -> None:
    client = signed_in(app)
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        stranger = WebSession(
            id_hash=b"x" * 32, user_id=factories.user(), created_at=utc_now(),
            last_seen_at=utc_now(), expires_at=utc_now() + timedelta(hours=1), data={},
            address=None, browser=None,
        )  # fmt: skip
        session.add(stranger)

    assert send(client, f"/profile/sessions/{(b'x' * 32).hex()}/end").status_code == 404
    assert send(client, "/profile/sessions/no-hex/end").status_code == 404


def test_the_table_of_sessions_never_holds_the_cookie(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    cookie = signed_in(app).get_cookie("guanxi")

    assert cookie is not None
    with platform.database.read() as session:
        rows = session.execute(text("SELECT s::text FROM web_sessions s")).scalars().all()
    assert len(rows) == 1
    assert not any(cookie.value in row for row in rows)


def test_a_recovery_code_stands_in_for_the_phone_once(app: Flask, ada: UUID) -> None:
    _, codes = with_second_factor(signed_in(app))

    def come_in(code: str) -> int:
        client = signed_in(app)
        submit(client, "/sign-in/code", code=code)
        return client.get("/profile").status_code

    assert len(set(codes)) == 10
    assert come_in(codes[0].upper()) == 200
    assert come_in(codes[0]) == 302
    assert come_in(codes[1].replace("-", " ")) == 200
    assert come_in("aaaa-bbbb-cccc") == 302


def test_recovery_codes_are_kept_as_hashes_and_replaced_together(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    client = signed_in(app)
    _, first = with_second_factor(client)
    again = send(client, "/profile/second-factor/codes").text

    with platform.database.read() as session:
        rows = session.execute(text("SELECT r::text FROM recovery_codes r")).scalars().all()
    assert len(rows) == 10
    assert first[0] not in again
    assert not any(first[0].replace("-", "") in row for row in rows)


def test_codes_are_slowed_down_like_passwords(app: Flask, ada: UUID) -> None:
    with_second_factor(signed_in(app))
    client = signed_in(app)

    answers = [submit(client, "/sign-in/code", code="000000").status_code for _ in range(7)]  # type: ignore[attr-defined]

    assert answers == [422] * 6 + [429]


def test_switching_the_second_factor_off_needs_the_password(app: Flask, ada: UUID) -> None:
    client = signed_in(app)
    with_second_factor(client)

    refused = send(client, "/profile/second-factor/off", current="no")
    accepted = send(client, "/profile/second-factor/off", current=PASSWORD)

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert signed_in(app).get("/profile").status_code == 200


def test_a_mailed_link_does_not_get_past_the_second_factor(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    phone, _ = with_second_factor(signed_in(app))
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        link = create_link(session, ada, "reset", now=utc_now())
    client = app.test_client()
    token = token_in(client.get(f"/sign-in/link/{link}").text)

    used = client.post(f"/sign-in/link/{link}", data={"csrf_token": token})
    assert used.headers["Location"].startswith("/sign-in/code")
    assert client.get("/profile").status_code == 302
    submit(client, "/sign-in/code", code=phone.at(int(utc_now().timestamp())))

    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert send(client, "/profile/password", **new).status_code == 302


def test_where_everybody_needs_a_second_factor_one_can_only_set_it_up(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    client = signed_in(app)
    configure(platform, require_totp=True)

    page, api = client.get("/customers/"), client.get("/api/v1/customers")
    assert (page.status_code, page.headers["Location"]) == (302, "/profile/second-factor")
    assert (api.status_code, api.json["code"]) == (403, "second_factor_needed")  # type: ignore[index]

    token = token_in(client.get("/profile/second-factor").text)
    seed = pyotp.random_base32()
    code = pyotp.TOTP(seed).at(int(utc_now().timestamp()))
    client.post("/profile/second-factor", data={"seed": seed, "code": code, "csrf_token": token})
    assert client.get("/customers/").status_code == 200


def test_a_token_is_shown_once_and_says_when_it_was_used(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    client = signed_in(app)
    shown = send(client, "/profile/tokens", name="shop", days="30", scopes=["customers.view"])
    token = re.search(r"gx_[A-Za-z0-9_-]{40,}", shown.text)
    assert token is not None
    assert "never used" in client.get("/profile").text

    app.test_client().get("/api/v1/customers", headers={"Authorization": f"Bearer {token[0]}"})

    page = client.get("/profile").text
    assert "last used" in page
    assert token[0] not in page
    with platform.database.read() as session:
        row = session.scalars(select(ApiToken)).one()
        everything = session.execute(text("SELECT t::text FROM api_tokens t")).scalar_one()
    assert row.expires_at is not None
    assert row.expires_at - row.created_at == timedelta(days=30)
    assert token[0] not in everything


def test_a_token_for_what_one_may_not_do_is_refused_and_not_widened(
    app: Flask, platform: Platform, ada: UUID
) -> None:
    answer = send(signed_in(app), "/profile/tokens", name="greedy", scopes=["users.manage"])

    assert answer.status_code == 422
    with platform.database.read() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_who_is_switched_off_is_out_at_once(
    app: Flask, platform: Platform, factories: Factories, ada: UUID
) -> None:
    client = signed_in(app)
    headers = {"Authorization": f"Bearer {factories.token(user_id=ada)}"}
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        session.get_one(User, ada).active = False

    assert client.get("/profile").status_code == 302
    assert app.test_client().get("/api/v1/customers", headers=headers).status_code == 401
    assert signed_in(app).get("/profile").status_code == 302


@pytest.mark.parametrize("purpose", ["sign_in", "invite", "reset"])
def test_links_of_somebody_who_is_switched_off_are_worth_nothing(
    client: FlaskClient, platform: Platform, ada: UUID, purpose: str
) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        link = create_link(session, ada, purpose, now=utc_now())  # type: ignore[arg-type]
        session.get_one(User, ada).active = False

    assert client.get(f"/sign-in/link/{link}").status_code == 404
