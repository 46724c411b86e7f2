"""A desk of the staff: members with points, and forms as a browser sends them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from itertools import count
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.rewards.counter import Counter
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.sdk import Customer, new_id
from guanxi.testkit.people import Person
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.ledger.reading import standing

CLUB = "club"
Writing = Callable[..., AbstractContextManager[Session]]


def key() -> str:
    """Return the key of a new form."""
    return new_id().hex


@dataclass
class Desk:
    """What the tests of pages do about members."""

    writing: Writing
    now: datetime
    _numbers: Any = field(default_factory=count)

    def member(self, points: int = 0, *, name: str = "Ann", owner: UUID | None = None) -> UUID:
        """Return a new customer who has earned ``points``."""
        with self.writing() as session:
            made = create_customer(session, CustomerDraft(name=name), now=self.now)
            owned = update(Customer).where(Customer.id == made.id).values(owner_id=owner)
            session.execute(owned)
            if points:
                self.till(session).earn(made.id, points)
            return made.id

    def till(self, session: Session) -> Till:
        """Return the till at which members earn."""
        unit = load_unit(session, CLUB, "points")
        return Till(session, unit, now=self.now, _numbers=self._numbers)

    def counter(self, session: Session) -> Counter:
        """Return the counter at which rewards are made."""
        return Counter(session, self.now, _numbers=self._numbers)

    def earn(self, customer: UUID, amount: int) -> UUID:
        """Let a member earn; return the transaction."""
        with self.writing() as session:
            return self.till(session).earn(customer, amount).transaction_id

    def balance(self, customer: UUID) -> int:
        """Return what a member can spend."""
        with self.writing() as session:
            unit = load_unit(session, CLUB, "points")
            return standing(session, unit, customer, now=self.now).balance

    def rows(self, table: str) -> int:
        """Return how many rows a table of loyalty has."""
        with self.writing() as session:
            return int(session.execute(text(f"SELECT count(*) FROM loyalty_{table}")).scalar_one())

    def latest(self, model: Any) -> Any:
        """Return the row made last."""
        with self.writing() as session:
            found = session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()
            session.expunge(found)
        return found


def page_of(customer: UUID) -> str:
    """Return where the member's page is."""
    return f"/loyalty/customers/{customer}"


def send(person: Person, customer: UUID, what: str, **fields: Any) -> TestResponse:
    """Send a form about a member, with a new key unless one is given."""
    form = {"key": key(), "unit": "points", **fields}
    return person.send(f"{page_of(customer)}/{CLUB}/{what}", form)


def told(answer: TestResponse) -> str:
    """Return the text of an answer without markup, for sentences in it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))
