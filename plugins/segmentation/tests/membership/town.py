"""A small town for tests of membership: people, what they do, and workers at chosen instants."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.facts import facts_reader
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.reader import ReaderSet
from guanxi.events.models import EventRow
from guanxi.platform import Platform
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_segmentation import jobs
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Membership, Segment, State

ACTOR = Actor("system", "town")
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def bought(count: int = 1, *, within: str | None = "P30D", op: str = "gte", **of: Any) -> dict:
    """Return the condition of having bought so often."""
    window = {"window": {"last": within}} if within else {}
    return {
        "touchpoints": {"kind": ["purchase"], **of},
        "measure": "count",
        **window,
        "is": op,
        "value": count,
    }


def lives_in(city: str, op: str = "eq", *, missing: bool = False) -> dict:
    """Return the condition of living in a city."""
    return {"attribute": "customers.city", "is": op, "value": city, "missing": missing}


def rule(where: Mapping[str, Any]) -> dict:
    """Return the document of a rule."""
    return {"v": 1, "where": where}


class Town:
    """People and workers on one platform."""

    def __init__(self, platform: Platform, now: datetime) -> None:
        self.platform = platform
        self.now = now

    def write(self, at: datetime | None = None) -> AbstractContextManager[Session]:
        """Open a transaction."""
        database, dispatcher = self.platform.database, self.platform.dispatcher
        return database.write(ACTOR, now=at or self.now, dispatcher=dispatcher)

    def person(self, name: str = "Anna", *, at: datetime | None = None, **more: Any) -> UUID:
        """Make a customer."""
        with self.write(at) as session:
            draft = CustomerDraft(name=name, **more)
            return create_customer(session, draft, now=at or self.now).id

    def change(self, customer_id: UUID, **changes: Any) -> None:
        """Change what is known about a customer."""
        with self.write() as session:
            change_customer(session, customer_id, changes, now=self.now)

    def buy(
        self, customer_id: UUID, at: datetime, amount: str = "10", currency: str = "GBP"
    ) -> UUID:
        """Record a purchase; ``at`` is when it took place."""
        draft = Draft(
            channel="store",
            kind="purchase",
            occurred_at=at,
            customer_id=customer_id,
            amount=Decimal(amount),
            currency=currency,
        )
        with self.write() as session:
            return record(session, draft, now=max(at, self.now)).id

    def segment(self, key: str, where: Mapping[str, Any] | None, **more: Any) -> None:
        """Make a segment; it is not built yet."""
        with self.write() as session:
            document = None if where is None else rule(where)
            draft = SegmentDraft(title_en=key.title(), key=key, rule=document, **more)
            segments.create(session, draft, now=self.now)
        self.refresh()

    def built(self, key: str, where: Mapping[str, Any] | None, **more: Any) -> None:
        """Make a segment and build it."""
        self.segment(key, where, **more)
        self.run("build", self.now)

    def refresh(self) -> None:
        """Look at the generation, as every process does."""
        self.platform.host.refresh_from(self.platform.database)

    def run(self, job: str, at: datetime) -> Any:
        """Run a job at an instant."""
        (found,) = [one for one in jobs.JOBS if one.name == job]
        with self.write(at) as session:
            return found.run(session, at)

    def deliver(self, at: datetime | None = None, *, facts: bool = True) -> int:
        """Let the readers read the log at an instant; return how many events there were."""
        platform = self.platform
        self.refresh()
        readers = dict(plugin_readers(platform.dispatcher, platform.vocabulary, {}))
        if facts:
            reader = facts_reader(platform.vocabulary)
            readers = {reader.name: reader, **readers}
        delivery = Delivery(
            platform.database, platform.vocabulary, dispatcher=platform.dispatcher, strict=True
        )
        with time_machine.travel(at or self.now, tick=False):
            return delivery.drain(ReaderSet(platform.host.generation, readers))

    def members(self, key: str) -> set[UUID]:
        """Return who is in a segment, as both stays and states say."""
        with self.platform.database.read() as session:
            open_stays = set(session.scalars(_open(key)))
            states = set(
                session.scalars(select(State.customer_id).where(State.segments.contains([key])))
            )
        assert open_stays == states
        return open_stays

    def stays(self, customer_id: UUID, key: str) -> list[tuple]:
        """Return the stays of a customer: entered, why, left, why."""
        with self.platform.database.read() as session:
            rows = session.execute(
                select(
                    Membership.entered_at,
                    Membership.entered_cause,
                    Membership.left_at,
                    Membership.left_cause,
                )
                .join(Segment, Segment.id == Membership.segment_id)
                .where(Segment.key == key, Membership.customer_id == customer_id)
                .order_by(Membership.id)
            )
            return [tuple(row) for row in rows]

    def told(self) -> list[tuple]:
        """Return what was announced, in order: the kind, who, which segment, why."""
        with self.platform.database.read() as session:
            rows = session.scalars(
                select(EventRow)
                .where(EventRow.kind.startswith("segmentation.Segment"))
                .order_by(EventRow.position)
            )
            return [
                (
                    row.kind.removeprefix("segmentation.Segment"),
                    row.customer_id,
                    row.payload["segment"],
                    row.payload["cause"],
                )
                for row in rows
            ]

    def next_check(self, customer_id: UUID) -> datetime | None:
        """Return when time alone may change something about a customer."""
        with self.platform.database.read() as session:
            return session.scalars(
                select(State.next_check_at).where(State.customer_id == customer_id)
            ).one_or_none()


def _open(key: str) -> Any:
    return (
        select(Membership.customer_id)
        .join(Segment, Segment.id == Membership.segment_id)
        .where(Segment.key == key, Membership.left_at.is_(None))
    )


def people(town: Town, count: int, **more: Any) -> Sequence[UUID]:
    """Make several customers."""
    return [town.person(f"Person {number}", **more) for number in range(count)]
