"""A browser in which nobody is signed in."""

import re
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse


class Visitor:
    """Opens pages and sends the forms that stand on them."""

    def __init__(self, app: Flask, languages: str = "en") -> None:
        self._client = app.test_client()
        self._headers = {"Accept-Language": languages}

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._client.get(path, headers=self._headers)

    def read(self, path: str) -> str:
        """Return the text of a page that has to be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-2000:])
        return unescape(answer.text)

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with the token that a page of ours gave."""
        page = self.get("/sign-in").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        form = {"csrf_token": token[1], **fields}
        return self._client.post(path, data=form, headers=self._headers)


def forms(page: str, action: str) -> list[dict[str, str]]:
    """Return the fields of the forms of a page whose address contains ``action``."""
    found = []
    for form in re.findall(r"<form [^>]*>.*?</form>", page, re.DOTALL):
        if action not in form.partition(">")[0]:
            continue
        pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        path = re.search(r'action="([^"]+)"', form)
        fields = {name: unescape(value) for name, value in pairs if name != "csrf_token"}
        found.append({**fields, "action": path[1] if path else ""})
    return found


def told(answer: TestResponse) -> str:
    """Return the text of an answer without markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))
