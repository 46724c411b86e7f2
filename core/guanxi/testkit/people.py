"""People at browsers, for tests of pages; and what a role may do.

``Person(app, database, factories.user("staff"))`` is signed in, reads pages and sends forms.
"""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from guanxi.access import sessions
from guanxi.access.models import Role
from guanxi.clock import utc_now
from guanxi.db import Actor, Database
from guanxi.testkit.factories import Factories

_SYSTEM = Actor("system", "test")
Form = Mapping[str, Any] | Sequence[tuple[str, Any]]


class Person:
    """Somebody signed in at a browser; sends forms with their token."""

    def __init__(self, app: Flask, database: Database, user_id: UUID) -> None:
        self._client = app.test_client()
        session_id = sessions.new_session_id()
        with database.autocommit.connect() as connection:
            sessions.save_session(
                connection, session_id, user_id=user_id, data={}, address=None, browser="test",
                now=utc_now(),
            )  # fmt: skip
        self._client.set_cookie(app.config["SESSION_COOKIE_NAME"], session_id)
        self.user_id = user_id

    def speaks(self, language: str) -> "Person":
        """Have pages in this language from now on."""
        self._client.set_cookie("guanxi_language", language)
        return self

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._client.get(path)

    def read(self, path: str) -> str:
        """Return the text of a page that has to be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-2000:])
        return unescape(answer.text)

    def send(self, path: str, form: Form = (), *, htmx: bool = False) -> TestResponse:
        """Send a form; ``htmx``: as a part of a page does."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/profile").text)
        assert token is not None
        pairs = list(form.items()) if isinstance(form, Mapping) else list(form)
        sent: dict[str, list[Any]] = {"csrf_token": [token[1]]}
        for name, value in pairs:
            sent.setdefault(name, []).append(value)
        return self._client.post(path, data=sent, headers={"HX-Request": "true"} if htmx else {})


def allow(factories: Factories, role: str, *permissions: str) -> None:
    """Give a role more permissions."""
    with factories.database.write(_SYSTEM, now=factories.now) as session:
        given = session.scalars(select(Role.permissions).where(Role.name == role)).one()
        changed = {"permissions": sorted({*given, *permissions})}
        session.execute(update(Role).where(Role.name == role).values(**changed))


def flashes(page: str) -> list[str]:
    """Return the messages of a page."""
    return re.findall(r'class="flash-text">([^<]+)<', page)
