"""A club: people who buy and bring back, rules, and a worker who reads the log."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor
from guanxi.events.models import EventRow
from guanxi.platform import Platform
from guanxi.sdk import Event, Line, TouchpointCorrected, TouchpointRecorded
from guanxi.touchpoints.domain.corrections import amend, void
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_loyalty.earning import reacting
from guanxi_loyalty.earning.rules import CampaignDraft, RuleDraft, create_campaign, create_rule
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.ledger.verifying import Mismatch, verify
from guanxi_loyalty.models import Campaign, Occasion, Standing, TierChange
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.tiers.policies import set_tiers

ACTOR = Actor("system", "club")


class Club:
    """Everything happens through the core's own functions; ``read`` reads the log as a worker."""

    def __init__(self, platform: Platform, now: datetime) -> None:
        self.platform, self.now = platform, now
        self._read = self._last()

    def write(self, at: datetime | None = None) -> AbstractContextManager[Session]:
        database, dispatcher = self.platform.database, self.platform.dispatcher
        return database.write(ACTOR, now=at or self.now, dispatcher=dispatcher)

    def person(self, name: str = "Ann", **more: Any) -> UUID:
        with self.write() as session:
            return create_customer(session, CustomerDraft(name=name, **more), now=self.now).id

    def rule(self, key: str = "base", **more: Any) -> None:
        names = ("unit", "trigger", "priority", "campaign")
        facts = {name: more.pop(name) for name in names if name in more}
        with self.write() as session:
            programme = find_programme(session, "club")
            draft = RuleDraft(key, key.title(), definition=more, **facts)
            create_rule(session, programme, draft, now=self.now, by="test")

    def campaign(self, key: str = "spring", **more: Any) -> None:
        with self.write() as session:
            draft = CampaignDraft(key, key.title(), **more)
            programme = find_programme(session, "club")
            create_campaign(session, programme, draft, now=self.now, by="test")

    def tiers(self, *, since: datetime | None = None, **policy: Any) -> None:
        with self.write() as session:
            programme = find_programme(session, "club")
            set_tiers(session, programme, policy, now=self.now, by="test", since=since)

    def buy(self, who: UUID | None, amount: str | None = None, *lines: Line, **more: Any) -> UUID:
        return self._record(who, "purchase", amount, lines, more)

    def bring_back(self, who: UUID, amount: str | None = None, *lines: Line, **more: Any) -> UUID:
        amount = None if amount is None else f"-{amount}"
        return self._record(who, "return", amount, lines, more)

    def contact(self, who: UUID, kind: str, **more: Any) -> UUID:
        draft = Draft(channel="store", kind=kind, occurred_at=self.now, customer_id=who, **more)
        with self.write() as session:
            return record(session, draft, now=self.now).id

    def _record(
        self, who: UUID | None, kind: str, amount: str | None, lines: Sequence[Line], more: Any
    ) -> UUID:
        values = {
            "channel": "store",
            "occurred_at": self.now,
            "currency": "GBP",
            "customer_id": who,
            "amount": None if amount is None else Decimal(amount),
            "lines": tuple(lines),
        }
        draft = Draft(kind=kind, **{**values, **more})
        with self.write() as session:
            return record(session, draft, now=max(draft.occurred_at, self.now)).id

    def void(self, touchpoint: UUID) -> None:
        with self.write() as session:
            void(session, touchpoint, "wrong", now=self.now)

    def amend(self, touchpoint: UUID, **changes: Any) -> None:
        with self.write() as session:
            amend(session, touchpoint, changes, now=self.now, reason="wrong")

    def news(self) -> list[Event]:
        """Return the touchpoint events that were not read yet."""
        after, self._read = self._read, self._last()
        with self.platform.database.read() as session:
            rows = session.scalars(
                select(EventRow)
                .where(EventRow.position > after, EventRow.kind.startswith("Touchpoint"))
                .order_by(EventRow.position)
            )
            return [
                self.platform.vocabulary.decode(
                    row.kind, row.payload, customer_id=row.customer_id, position=row.position
                )
                for row in rows
            ]

    def deliver(self, events: Sequence[Event]) -> None:
        """Hand over events in the order given, those of a kind that follow each other together."""
        with self.write() as session:
            group: list[Any] = []
            for event in [*events, None]:
                if group and type(event) is not type(group[0]):
                    self._hand(session, group)
                    group = []
                group.append(event)

    def _hand(self, session: Session, group: list[Any]) -> None:
        if group[0] == "crash":
            raise RuntimeError
        if isinstance(group[0], TouchpointRecorded):
            reacting.recorded(session, group)
        if isinstance(group[0], TouchpointCorrected):
            reacting.corrected(session, group)

    def read(self) -> None:
        """Read what is new in the log."""
        self.deliver(self.news())

    def points(self, who: UUID, unit: str = "points") -> int:
        return self.number(
            "SELECT coalesce(sum(a.balance), 0) FROM loyalty_accounts a "
            "JOIN loyalty_units u ON u.id = a.unit_id WHERE a.customer_id = :who AND u.key = :unit",
            who=who,
            unit=unit,
        )

    def transactions(self) -> int:
        return self.number("SELECT count(*) FROM loyalty_transactions")

    def occasion(self, touchpoint: UUID) -> Occasion:
        with self.platform.database.read() as session:
            return session.scalars(select(Occasion).where(Occasion.id == touchpoint)).one()

    def spent(self, key: str = "spring") -> int:
        with self.platform.database.read() as session:
            return session.scalars(select(Campaign.spent).where(Campaign.key == key)).one()

    def standing(self, who: UUID) -> Standing:
        with self.platform.database.read() as session:
            return session.scalars(select(Standing).where(Standing.customer_id == who)).one()

    def history(self, who: UUID) -> list[tuple[str | None, str, str]]:
        with self.platform.database.read() as session:
            rows = session.scalars(
                select(TierChange)
                .where(TierChange.customer_id == who)
                .order_by(TierChange.at, TierChange.number)
            )
            return [(row.before, row.after, row.cause) for row in rows]

    def told(self) -> list[Mapping[str, Any]]:
        with self.platform.database.read() as session:
            rows = session.scalars(
                select(EventRow)
                .where(EventRow.kind == "loyalty.TierChanged")
                .order_by(EventRow.position)
            )
            return [row.payload for row in rows]

    def verify(self) -> list[Mismatch]:
        with self.platform.database.read() as session:
            units = [load_unit(session, "club", key) for key in ("points", "qualifying")]
            return [one for unit in units for one in verify(session, unit.id)]

    def _last(self) -> int:
        return self.number("SELECT coalesce(max(position), 0) FROM events")

    def number(self, statement: str, **values: Any) -> int:
        with self.platform.database.read() as session:
            return int(session.execute(text(statement), values).scalar_one())
