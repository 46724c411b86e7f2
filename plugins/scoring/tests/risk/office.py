"""An office that looks after risk: customers, agencies, ratings, cards."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import time_machine
from sqlalchemy.orm import Session

from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.facts import facts_reader
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.reader import ReaderSet
from guanxi.platform import Platform
from guanxi.sdk import Text
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ModelDraft, ensure_model
from guanxi_scoring.life.scoring import score_everybody
from guanxi_scoring.models import RiskStanding, Version
from guanxi_scoring.risk import agencies, mitigations, ratings
from guanxi_scoring.risk.mitigations import MitigationDraft
from guanxi_scoring.risk.ratings import RatingDraft

GRADES: Final = "AAA | 1 | 0.03\nA | 3 | 0.5\nB | 7 | 8\nD | 10 | 100"


class Office:
    """Writes as whoever works there."""

    def __init__(
        self,
        platform: Platform,
        writing: Callable[..., AbstractContextManager[Session]],
        now: datetime,
    ) -> None:
        self.platform, self.write, self.now = platform, writing, now

    def refresh(self) -> None:
        """Look at the generation, as every process does."""
        self.platform.host.refresh_from(self.platform.database)

    def deliver(self) -> int:
        """Let the readers read the log; return how many events there were."""
        self.refresh()
        platform = self.platform
        facts = facts_reader(platform.vocabulary)
        readers = dict(plugin_readers(platform.dispatcher, platform.vocabulary, {}))
        delivery = Delivery(
            platform.database, platform.vocabulary, dispatcher=platform.dispatcher, strict=True
        )
        with time_machine.travel(self.now, tick=False):
            return delivery.drain(
                ReaderSet(platform.host.generation, {facts.name: facts, **readers})
            )

    def field(self, key: str, type_: str = "number", **values: Any) -> None:
        """Make a field of customers."""
        with self.write() as session:
            create_field(session, key, type_, {"title_en": key, "title_zh": key, **values})
        self.refresh()

    def customer(self, name: str = "Anna", *, consent: bool = True, **more: Any) -> UUID:
        """Make a customer, who agrees to credit assessment."""
        with self.write() as session:
            made = create_customer(session, CustomerDraft(name=name, **more), now=self.now).id
        if consent:
            self.consent(made, given=True)
        return made

    def consent(self, customer_id: UUID, *, given: bool, at: datetime | None = None) -> None:
        """Let a customer decide about credit assessment."""
        with self.write(at or self.now) as session:
            decided = [Decision("any", "credit", given)]
            record_consent(session, customer_id, decided, now=at or self.now)

    def change(self, customer_id: UUID, **changes: Any) -> None:
        """Change what is known about a customer."""
        with self.write() as session:
            change_customer(session, customer_id, changes, now=self.now)

    def agency(self, key: str = "acme", grades: str = GRADES, **values: Any) -> None:
        """Make a rating agency."""
        with self.write() as session:
            told = {"title_en": key, "title_zh": key, "grades": agencies.parse_grades(grades)}
            agencies.save_agency(session, key, {**told, **values}, now=self.now)

    def rate(
        self,
        customer_id: UUID,
        grade: str,
        on: str = "2026-01-01",
        until: str | None = None,
        agency: str = "acme",
    ) -> UUID:
        """Record a rating."""
        end = date.fromisoformat(until) if until else None
        draft = RatingDraft(agency, grade, date.fromisoformat(on), "letter", end)
        with self.write() as session:
            return ratings.record_rating(session, customer_id, draft, now=self.now)[0].id

    def mitigate(self, customer_id: UUID, share: str, **more: Any) -> UUID:
        """Record collateral."""
        draft = MitigationDraft("collateral", Decimal(share), "a house", **more)
        with self.write() as session:
            return mitigations.record_mitigation(session, customer_id, draft, now=self.now).id

    def standing(self, customer_id: UUID) -> RiskStanding | None:
        """Return where a customer stands."""
        with self.write() as session:
            found = session.get(RiskStanding, customer_id)
            session.expunge_all()
            return found

    def card(self, options: Mapping[str, Any], key: str = "card") -> Version:
        """Make a card, fit it, score everybody; return the version."""
        with self.write() as session:
            ensure_model(
                session, ModelDraft(key, "scorecard", Text("Card", "评分卡"), options), now=self.now
            )
            model = get_model(session, key)
            made = fit_version(
                session, model, request_for(session, model, now=self.now), "asked", now=self.now
            )
            if made.state == "current":
                score_everybody(session, model, made, now=self.now)
            session.expunge_all()
            return made
