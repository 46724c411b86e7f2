"""Signing in through the pages: passwords, links, codes, throttling, sessions."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update

from guanxi.access.first_admin import first_admin_link
from guanxi.access.links import create_link
from guanxi.access.models import User
from guanxi.access.passwords import hash_password
from guanxi.access.sign_in import check_credentials
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.errors import Invalid, TooManyRequests
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

PASSWORD = "correct horse battery staple"


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def submit(client: FlaskClient, path: str, **form: str) -> object:
    form["csrf_token"] = token_in(client.get("/sign-in").text)
    return client.post(path, data=form)


@pytest.fixture
def ada(factories: Factories) -> UUID:
    user_id = factories.user("staff", name="Ada", email="ada@example.com")
    with factories.database.write(SYSTEM, now=utc_now()) as session:
        session.execute(
            update(User).where(User.id == user_id).values(password_hash=hash_password(PASSWORD))
        )
    return user_id


def test_a_fresh_installation_has_no_usable_login(platform: Platform) -> None:
    with platform.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM users")).scalar_one() == 0


def test_e_mail_and_password_open_a_session(client: FlaskClient, ada: UUID) -> None:
    answer = submit(client, "/sign-in", email="ADA@example.com", password=PASSWORD)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert client.get("/profile").status_code == 200


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(
    client: FlaskClient, ada: UUID
) -> None:
    wrong = submit(client, "/sign-in", email="ada@example.com", password="not this one")
    unknown = submit(client, "/sign-in", email="eve@example.com", password="not this one")

    assert wrong.status_code == unknown.status_code == 422  # type: ignore[attr-defined]
    sentence = "The e-mail address or the password is not right."
    assert sentence in wrong.text  # type: ignore[attr-defined]
    assert sentence in unknown.text  # type: ignore[attr-defined]
    assert client.get("/profile").status_code == 302


def test_signing_in_needs_the_forms_token(client: FlaskClient, ada: UUID) -> None:
    answer = client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})

    assert answer.status_code == 403
    assert client.get("/profile").status_code == 302


def test_guessing_is_slowed_down_per_account(platform: Platform, ada: UUID) -> None:
    now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with platform.database.autocommit.connect() as connection:
        for guess in range(6):
            with pytest.raises(Invalid):
                check_credentials(connection, "ada@example.com", "no", f"10.0.0.{guess}", now=now)
        with pytest.raises(TooManyRequests):
            check_credentials(connection, "ada@example.com", PASSWORD, "10.0.0.99", now=now)


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, ada: UUID) -> None:
    submit(client, "/sign-in", email="ada@example.com", password=PASSWORD)
    cookie = client.get_cookie("guanxi")
    assert cookie is not None
    client.post("/sign-out", data={"csrf_token": token_in(client.get("/profile").text)})

    client.set_cookie("guanxi", cookie.value)

    assert client.get("/profile").status_code == 302


def test_the_cookie_changes_at_sign_in(client: FlaskClient, ada: UUID) -> None:
    client.get("/sign-in")
    before = client.get_cookie("guanxi")

    submit(client, "/sign-in", email="ada@example.com", password=PASSWORD)

    after = client.get_cookie("guanxi")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_a_link_signs_in_once_and_only_by_its_button(
    platform: Platform, client: FlaskClient
) -> None:
    now = utc_now()
    with platform.database.write(SYSTEM, now=now) as session:
        link = first_admin_link(session, now=now)
    page = client.get(f"/sign-in/link/{link}")
    assert client.get("/profile").status_code == 302, "looking at the link signs nobody in"

    first = client.post(f"/sign-in/link/{link}", data={"csrf_token": token_in(page.text)})

    assert first.status_code == 302
    assert client.get("/profile").status_code == 200
    assert client.get(f"/sign-in/link/{link}").status_code == 404


def test_the_first_admin_gets_no_second_link_after_signing_in(
    platform: Platform, client: FlaskClient
) -> None:
    now = utc_now()
    with platform.database.write(SYSTEM, now=now) as session:
        link = first_admin_link(session, now=now)
    page = client.get(f"/sign-in/link/{link}")
    client.post(f"/sign-in/link/{link}", data={"csrf_token": token_in(page.text)})

    with platform.database.write(SYSTEM, now=now) as session:
        assert first_admin_link(session, now=now) is None


def test_a_new_password_ends_all_other_sessions(
    platform: Platform, app: object, client: FlaskClient, ada: UUID
) -> None:
    other = app.test_client()  # type: ignore[attr-defined]
    submit(other, "/sign-in", email="ada@example.com", password=PASSWORD)
    submit(client, "/sign-in", email="ada@example.com", password=PASSWORD)
    form = {"password": "quite another long phrase", "again": "quite another long phrase"}
    form["current"] = PASSWORD
    form["csrf_token"] = token_in(client.get("/profile/password").text)

    client.post("/profile/password", data=form)

    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_a_second_factor_is_asked_for_and_its_code_counts_once(
    platform: Platform, app: object, client: FlaskClient, ada: UUID
) -> None:
    submit(client, "/sign-in", email="ada@example.com", password=PASSWORD)
    page = client.get("/profile/second-factor").text
    seed = re.search(r'name="seed" value="([A-Z2-7]+)"', page)
    assert seed is not None
    generator = pyotp.TOTP(seed.group(1))
    earlier = generator.at(int(utc_now().timestamp()) - 30)
    client.post(
        "/profile/second-factor",
        data={"seed": seed.group(1), "code": earlier, "csrf_token": token_in(page)},
    )
    fresh = app.test_client()  # type: ignore[attr-defined]
    submit(fresh, "/sign-in", email="ada@example.com", password=PASSWORD)
    assert fresh.get("/profile").status_code == 302, "the password alone is not enough"
    code = generator.at(int(utc_now().timestamp()))

    accepted = submit(fresh, "/sign-in/code", code=code)

    assert accepted.status_code == 302  # type: ignore[attr-defined]
    assert fresh.get("/profile").status_code == 200
    again = app.test_client()  # type: ignore[attr-defined]
    submit(again, "/sign-in", email="ada@example.com", password=PASSWORD)
    repeated = submit(again, "/sign-in/code", code=code)
    assert repeated.status_code == 409  # type: ignore[attr-defined]


def test_a_reset_link_expires(platform: Platform, client: FlaskClient, ada: UUID) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    with platform.database.write(SYSTEM, now=long_ago) as session:
        link = create_link(session, ada, "reset", now=long_ago)

    assert client.get(f"/sign-in/link/{link}").status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_next_never_leads_to_another_host(client: FlaskClient, ada: UUID, elsewhere: str) -> None:
    answer = submit(client, "/sign-in", email="ada@example.com", password=PASSWORD, next=elsewhere)

    assert answer.headers["Location"] == "/"  # type: ignore[attr-defined]
