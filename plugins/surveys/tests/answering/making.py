"""Questionnaires to be answered, customers, and browsers without an account."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft

Writing = Callable[..., AbstractContextManager[Session]]

SCORE = {
    "type": "rating", "name": "score", "title": {"default": "Would you recommend us?",
                                                 "zh-cn": "您会推荐我们吗？"},
    "rateMin": 0, "rateMax": 10, "isRequired": True,
}  # fmt: skip
WHY = {"type": "comment", "name": "why", "title": "What went wrong?", "visibleIf": "{score} <= 6"}
PRAISE = {"type": "comment", "name": "praise", "title": "What went well?",
          "visibleIf": "{score} > 6"}  # fmt: skip
ONE_PAGE: Mapping[str, Any] = {
    "title": {"default": "How was it?", "zh-cn": "感觉如何？"},
    "pages": [{"name": "one", "elements": [SCORE, {"type": "comment", "name": "words"}]}],
}
TWO_PAGES: Mapping[str, Any] = {
    "title": "Two pages",
    "pages": [
        {"name": "one", "elements": [SCORE]},
        {"name": "two", "elements": [WHY, PRAISE, {
            "type": "radiogroup", "name": "again", "title": "Will you come again?",
            "choices": ["yes", "no"], "isRequired": True}]},
    ],
}  # fmt: skip
NPS = {"score": {"measure": "nps", "scale": [0, 10]}}


@dataclass
class Browser:
    """Somebody at a survey's pages without an account."""

    client: Any
    address: str
    page: str = ""

    def open(self, **query: Any) -> TestResponse:
        """Open the address."""
        answer = self.client.get(self.address, query_string=query)
        self.page = unescape(answer.text)
        return answer

    def hidden(self, name: str) -> str:
        """Return a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found is not None, self.page
        return found[1]

    def send(self, go: str = "next", **fields: Any) -> TestResponse:
        """Send the page's form with more fields."""
        form = {name: self.hidden(name) for name in ("submission", "page", "language", "drawn")}
        answer = self.client.post(self.address, data={**form, "go": go, **fields})
        self.page = unescape(answer.text)
        return answer


def make_customer(writing: Writing, name: str) -> UUID:
    """Return a new customer."""
    with writing() as session:
        at = session.info["write"].now
        made: UUID = create_customer(session, CustomerDraft(name=name), now=at).id
        return made


def way(**more: Any) -> dict[str, Any]:
    """Return how an answer comes about."""
    return {"submission": uuid4(), "language": "en", "channel": "public", **more}


def count(session: Session, table: str, where: str = "true") -> int:
    """Return how many rows a table has."""
    found: int = session.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()
    return found
