"""A forgotten password: a mail by a real server, and the same page whoever asks."""

import re
from uuid import UUID

from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from tests.access.test_profile import NEW_PASSWORD, send
from tests.access.test_sign_in import ada, submit, token_in
from tests.messages.conftest import Mailbox, configure, mail_server, mailbox, office

from guanxi.access.models import User
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.messages.reset_mail import send_reset
from guanxi.platform import Platform

__all__ = ["ada", "mail_server", "mailbox", "office"]


def ask(client: FlaskClient, email: str) -> tuple[int, str]:
    answer = submit(client, "/forgotten", email=email)
    page: str = answer.text  # type: ignore[attr-defined]
    return answer.status_code, re.sub(r'content="[^"]+"|value="[^"]+"', "", page)  # type: ignore[attr-defined]


def waiting(platform: Platform) -> list[dict[str, str]]:
    """The arguments of the mails that a worker is to send."""
    with platform.database.read() as session:
        query = "SELECT args FROM procrastinate_jobs WHERE task_name = 'messages.send_reset'"
        return list(session.execute(text(query)).scalars())


def test_known_and_unknown_addresses_get_the_same_page(
    client: FlaskClient, office: Platform, ada: UUID
) -> None:
    known, unknown = ask(client, "Ada@Example.com"), ask(client, "eve@example.com")

    assert known == unknown
    assert "If somebody has this address, a link is on its way." in known[1]
    assert waiting(office) == [{"user_id": str(ada)}]


def test_a_server_that_is_down_tells_nobody_who_exists(
    client: FlaskClient, office: Platform, mail_server: Controller, ada: UUID
) -> None:
    configure(office, smtp_port=1)

    assert ask(client, "ada@example.com") == ask(client, "eve@example.com")


def test_the_mailed_link_opens_the_way_to_a_new_password_once(
    app: Flask, office: Platform, mailbox: Mailbox, ada: UUID
) -> None:
    assert send_reset(office, ada)
    link = re.search(r"/sign-in/link/gxl_\S+", mailbox.texts()[0])
    assert link is not None
    assert mailbox.mails[0]["To"] == "ada@example.com"
    client = app.test_client()

    opened = client.post(link[0], data={"csrf_token": token_in(client.get(link[0]).text)})
    changed = send(client, "/profile/password", password=NEW_PASSWORD, again=NEW_PASSWORD)

    assert (opened.status_code, changed.status_code) == (302, 302)
    assert app.test_client().get(link[0]).status_code == 404
    submit(app.test_client(), "/sign-in", email="ada@example.com", password=NEW_PASSWORD)


def test_the_mail_is_in_the_persons_language(office: Platform, mailbox: Mailbox, ada: UUID) -> None:
    with office.database.write(SYSTEM, now=utc_now()) as session:
        session.get_one(User, ada).language = "zh"

    send_reset(office, ada)

    assert "请在 30 分钟内设置新密码" in mailbox.texts()[0]


def test_nobody_who_is_switched_off_gets_a_mail(
    office: Platform, mailbox: Mailbox, ada: UUID
) -> None:
    with office.database.write(SYSTEM, now=utc_now()) as session:
        session.get_one(User, ada).active = False

    assert not send_reset(office, ada)
    assert mailbox.mails == []


def test_asking_again_and_again_is_slowed_down(client: FlaskClient, office: Platform) -> None:
    answers = [ask(client, "ada@example.com")[0] for _ in range(7)]

    assert answers == [200] * 6 + [429]


def test_without_a_mail_server_the_page_says_so_to_everybody(
    client: FlaskClient, ada: UUID
) -> None:
    known, unknown = ask(client, "ada@example.com"), ask(client, "eve@example.com")

    assert known == unknown
    assert known[0] == 503
    assert "No mail server is set up." in known[1]
