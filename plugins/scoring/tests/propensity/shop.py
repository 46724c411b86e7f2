"""A shop for tests of propensity: customers, contacts, goals, and a worker at chosen instants."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.facts import facts_reader
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.reader import ReaderSet
from guanxi.platform import Platform
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.scoring import score_everybody
from guanxi_scoring.models import Model, Version
from guanxi_scoring.models.propensity import COMPANY, Count, Propensity
from guanxi_scoring.propensity.managing import GoalDraft, create_goal

ACTOR = Actor("system", "shop")
DAY = timedelta(days=1)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ANSWERS: Mapping[str, Any] = {
    "question": "answer",
    "within_days": 7,
    "min_each": 2,
    "min_cases": 6,
    "learner": "bayes",
}


class Shop:
    """Customers and a worker on one platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.now = START

    def write(self, at: datetime | None = None) -> AbstractContextManager[Session]:
        """Open a transaction."""
        database, dispatcher = self.platform.database, self.platform.dispatcher
        return database.write(ACTOR, now=at or self.now, dispatcher=dispatcher)

    def read(self) -> AbstractContextManager[Session]:
        """Open a reading session."""
        return self.platform.database.read()

    def person(self, name: str = "Anna", **more: Any) -> UUID:
        """Make a customer."""
        with self.write() as session:
            return create_customer(session, CustomerDraft(name=name, **more), now=self.now).id

    def touch(self, customer_id: UUID, at: datetime, **more: Any) -> UUID:
        """Record a touchpoint: a call of ours unless said otherwise."""
        told = {"channel": "phone", "kind": "call", "direction": "out", **more}
        draft = Draft(customer_id=customer_id, occurred_at=at, **told)
        with self.write(max(at, self.now)) as session:
            return record(session, draft, now=max(at, self.now)).id

    def buy(self, customer_id: UUID, at: datetime, amount: str = "10") -> UUID:
        """Record a purchase."""
        what = {"channel": "store", "kind": "purchase", "direction": "in"}
        money = {"amount": Decimal(amount), "currency": "GBP"}
        return self.touch(customer_id, at, **what, **money)

    def calls(self, results: Iterable[tuple[UUID, bool]], *, since: datetime = START) -> datetime:
        """Call customers, one a day; return the day after the last of them was answered or not."""
        at = since
        for customer_id, answered in results:
            self.touch(customer_id, at, outcome="reached" if answered else "no_answer")
            at += DAY
        return at + 8 * DAY

    def goal(self, goal: str = "answer", **options: Any) -> Model:
        """Make a goal: will a call be answered, unless said otherwise."""
        with self.write() as session:
            draft = GoalDraft(goal, goal.title(), "", {**ANSWERS, **options})
            model = create_goal(session, draft, may=lambda _: True, now=self.now)
        self.refresh()
        return model

    def fit(self, at: datetime, key: str = "propensity_answer") -> Version:
        """Fit a goal, and score everybody with what is in force."""
        self.now = at
        with self.write() as session:
            model = get_model(session, key)
            version = fit_version(
                session, model, request_for(session, model, now=at), "asked", now=at
            )
            if version.state == "current":
                score_everybody(session, model, version, now=at)
        return version

    def rescore(self, at: datetime, key: str = "propensity_answer") -> None:
        """Score everybody with the version in force: a full recount."""
        self.now = at
        with self.write() as session:
            model = get_model(session, key)
            version = current_version(session, model)
            assert version is not None
            score_everybody(session, model, version, now=at)

    def deliver(self, at: datetime) -> None:
        """Let the readers read the log."""
        self.now = at
        self.refresh()
        vocabulary = self.platform.vocabulary
        readers = dict(plugin_readers(self.platform.dispatcher, vocabulary, {}))
        reader = facts_reader(vocabulary)
        delivery = Delivery(
            self.platform.database, vocabulary, dispatcher=self.platform.dispatcher, strict=True
        )
        with time_machine.travel(at, tick=False):
            known = {reader.name: reader, **readers}
            delivery.drain(ReaderSet(self.platform.host.generation, known))

    def refresh(self) -> None:
        """Look at the generation, as every process does."""
        self.platform.host.refresh_from(self.platform.database)

    def p(self, customer_id: UUID) -> float | None:
        """Return how probable it is."""
        with self.read() as session:
            query = select(Propensity.p).where(Propensity.customer_id == customer_id)
            return session.scalars(query).one_or_none()

    def counts(self) -> dict[tuple[UUID, str, str], tuple[int, int]]:
        """Return the frequency table; values that were never seen are left out."""
        with self.read() as session:
            rows = session.scalars(select(Count)).all()
        told = {(one.team_id, one.feature, one.value): (one.won, one.lost) for one in rows}
        return {place: pair for place, pair in told.items() if pair != (0, 0)}

    def total(self) -> tuple[int, int]:
        """Return won and lost cases of the company."""
        return self.counts().get((COMPANY, "", ""), (0, 0))
