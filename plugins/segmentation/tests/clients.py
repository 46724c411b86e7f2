"""People at browsers and programs with tokens, for tests of pages and of the API."""

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

_FIELD = re.compile(r"<input [^>]+>|<select .*?</select>|<textarea .*?</textarea>", re.DOTALL)
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


def names(page: str) -> list[str]:
    """Return the customers to whom a page links, in their order."""
    return re.findall(r'<a [^>]*href="/customers/[0-9a-f-]{36}">([^<]+)</a>', page)


def fields(page: str) -> list[tuple[str, str]]:
    """Return the fields of the form of a segment as a browser would send them."""
    start = page.index('id="segment-form"')
    form = page[start : page.index("</form>", start)]
    found = []
    for tag in re.finditer(
        r"<input [^>]+>|<select .*?</select>|<textarea .*?</textarea>", form, re.DOTALL
    ):
        text = tag[0]
        name = re.search(r' name="([^"]+)"', text)
        if name is None or ('type="checkbox"' in text and " checked" not in text):
            continue
        found.append((unescape(name[1]), unescape(_value(text))))
    return [pair for pair in found if pair[0] != "csrf_token"]


def _value(text: str) -> str:
    if text.startswith("<textarea"):
        return text[text.index(">") + 1 : text.rindex("<")]
    if text.startswith("<select"):
        options = re.findall(r'<option value="([^"]*)"([^>]*)>', text)
        chosen = [value for value, more in options if "selected" in more]
        return chosen[0] if chosen else options[0][0] if options else ""
    value = re.search(r' value="([^"]*)"', text)
    return value[1] if value else "on"
