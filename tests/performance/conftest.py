"""A company that grows: rows of every kind, made by the domain functions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from guanxi.customers.domain.bulk import create_customers
from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import normalise_email, normalise_external
from guanxi.customers.domain.identity_changes import add_identity
from guanxi.customers.domain.memberships import add_member
from guanxi.customers.domain.rows import NewCustomer
from guanxi.db import Actor, Database
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.facts.reader import facts_reader
from guanxi.delivery.reader import ReaderSet
from guanxi.events.vocabulary import Line
from guanxi.platform import Platform
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.planning import Plan, plan_contact
from guanxi.touchpoints.domain.recording import Recorded
from guanxi.work.domain.comments import add_comment
from guanxi.work.domain.tasks import TaskDraft, create_task


@dataclass
class Company:
    """An organisation with people, and one person of whom much is known."""

    platform: Platform
    factories: Factories
    now: datetime
    admin: UUID
    made: int = 0
    great: UUID | None = None
    organisation: UUID | None = None
    people: list[UUID] = field(default_factory=list)
    touchpoint: UUID | None = None

    def grow(self, count: int) -> None:
        """Add ``count`` rows of each kind."""
        numbers = range(self.made, self.made + count)
        self.made += count
        for _ in numbers:
            self.factories.user("staff")
        self._write(lambda session: self._add_customers(session, numbers))
        self._write(lambda session: self._add_contacts(session, numbers))
        self._write(lambda session: self._add_work(session, numbers))
        reader = facts_reader(self.platform.vocabulary)
        delivery = Delivery(self.platform.database, self.platform.vocabulary)
        delivery.drain(ReaderSet(1, {reader.name: reader}))

    def _write(self, work: Callable[[Session], None]) -> None:
        with self.platform.database.write(
            Actor("user", "Grace", self.admin), now=self.now, dispatcher=self.platform.dispatcher
        ) as session:
            work(session)

    def _add_customers(self, session: Session, numbers: range) -> None:
        drafts = [
            CustomerDraft(
                name=f"Ada Lovelace {n}",
                identities=(normalise_email(f"ada{n}@example.com"),),
                tags=(f"tag{n}",),
                owner_id=self.admin,
            )
            for n in numbers
        ]
        if self.organisation is None:
            drafts += [CustomerDraft(kind="organisation", name="Analytical Engines")]
        found = create_customers(session, drafts, now=self.now)
        ids = [c.id for c in found if isinstance(c, NewCustomer)]
        assert len(ids) == len(drafts)
        if self.organisation is None:
            self.organisation = ids.pop()
        self.people += ids
        self.great = self.great or ids[0]

    def _add_contacts(self, session: Session, numbers: range) -> None:
        known = [self._purchase(n, self.great) for n in numbers]
        known += [self._purchase(1_000_000 + n, self.people[n]) for n in numbers]
        unknown = [self._purchase(2_000_000 + n, None) for n in numbers]
        recorded = record_many(session, [*known, *unknown], now=self.now)
        first = recorded[0]
        assert isinstance(first, Recorded)
        self.touchpoint = self.touchpoint or first.id

    def _purchase(self, number: int, customer_id: UUID | None) -> Draft:
        return Draft(
            channel="store",
            kind="purchase",
            occurred_at=self.now - timedelta(days=100, minutes=number % 10_000),
            customer_id=customer_id,
            customer_hint=None if customer_id else f"C{number}",
            currency="GBP",
            lines=(Line("P1", "Tea", Decimal(1), Decimal(number % 97 + 1)),),
            source="till",
            external_id=str(number),
        )

    def _add_work(self, session: Session, numbers: range) -> None:
        assert self.great
        assert self.organisation
        for n in numbers:
            person = self.people[n]
            add_identity(session, self.great, normalise_external("shop", f"S{n}"), now=self.now)
            add_member(session, person, self.organisation, "buyer", now=self.now)
            add_comment(session, self.great, f"Called for the {n}th time", now=self.now)
            create_task(session, TaskDraft(title=f"Call {n}", customer_id=person), now=self.now)
            create_task(
                session, TaskDraft(title=f"Again {n}", customer_id=self.great), now=self.now
            )
            due = (self.now + timedelta(days=n)).date()
            plan_contact(
                session, Plan(customer_id=self.great, due_on=due, channel="phone"), now=self.now
            )
            decision = Decision("email", "marketing", bool(n % 2))
            record_consent(session, self.great, [decision], now=self.now)
            wish = RewardDraft(
                customer_id=self.great,
                kind="points",
                reason="Thanks",
                source="test",
                idempotency_key=f"key{n}",
                amount=Decimal(10),
                unit="points",
            )
            request(session, wish, now=self.now)


@pytest.fixture
def company(platform: Platform, factories: Factories, now: datetime) -> Company:
    """A company with an admin, and nobody else yet."""
    return Company(platform, factories, now, factories.user("admin", name="Grace"))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the database gets while the block runs."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
