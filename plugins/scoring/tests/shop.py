"""A shop for tests: customers who come back and stop coming, and workers at chosen instants."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.models import Customer
from guanxi.db import Actor
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.facts import facts_reader
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.reader import ReaderSet
from guanxi.events.models import EventRow
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.models import Touchpoint
from guanxi_scoring import jobs

ACTOR = Actor("system", "shop")
DAY = timedelta(days=1)


class Shop:
    """Customers, their purchases, and workers, on one platform."""

    def __init__(self, platform: Platform, now: datetime) -> None:
        self.platform = platform
        self.now = now

    def write(self, at: datetime | None = None) -> AbstractContextManager[Session]:
        """Open a transaction."""
        database, dispatcher = self.platform.database, self.platform.dispatcher
        return database.write(ACTOR, now=at or self.now, dispatcher=dispatcher)

    def read(self) -> AbstractContextManager[Session]:
        """Open a reading session."""
        return self.platform.database.read()

    def trade(self, customers: int = 300, *, days: int = 300, seed: int = 7) -> list[UUID]:
        """Let customers come for the first time within ``days``, come back and stop coming.

        Drawn from the story of BG/NBD: each has a rate of its own, and after each purchase it may
        be gone for good. Written at once; nobody is told of it. Returns their ids.
        """
        draw = Random(seed)
        ids = [new_id() for _ in range(customers)]
        rows = [row for one in ids for row in _purchases(draw, one, self.now, days)]
        with self.write() as session:
            session.execute(insert(Customer), [_customer(one, self.now) for one in ids])
            session.execute(insert(Touchpoint), rows)
        return ids

    def person(self, name: str = "Anna", **more: Any) -> UUID:
        """Make a customer."""
        with self.write() as session:
            return create_customer(session, CustomerDraft(name=name, **more), now=self.now).id

    def buy(
        self,
        customer_id: UUID,
        at: datetime,
        amount: str = "10",
        *,
        kind: str = "purchase",
        currency: str = "GBP",
    ) -> UUID:
        """Record a purchase or return; ``at`` is when it took place."""
        draft = Draft(
            channel="store",
            kind=kind,
            occurred_at=at,
            customer_id=customer_id,
            amount=Decimal(amount),
            currency=currency,
        )
        with self.write(max(at, self.now)) as session:
            return record(session, draft, now=max(at, self.now)).id

    def run(self, job: str, at: datetime | None = None) -> Any:
        """Run a job at an instant, until it has nothing more to do."""
        self.platform.host.refresh_from(self.platform.database)
        (found,) = [one for one in jobs.JOBS if one.name == job]
        with self.write(at) as session:
            return found.run(session, at or self.now)

    def deliver(self, at: datetime | None = None) -> int:
        """Let the readers read the log at an instant; return how many events there were."""
        platform = self.platform
        platform.host.refresh_from(platform.database)
        facts = facts_reader(platform.vocabulary)
        readers = dict(plugin_readers(platform.dispatcher, platform.vocabulary, {}))
        delivery = Delivery(
            platform.database, platform.vocabulary, dispatcher=platform.dispatcher, strict=True
        )
        with time_machine.travel(at or self.now, tick=False):
            return delivery.drain(
                ReaderSet(platform.host.generation, {facts.name: facts, **readers})
            )

    def told(self, kind: str) -> list[Any]:
        """Return the events of a kind, in order."""
        query = select(EventRow).where(EventRow.kind == kind).order_by(EventRow.position)
        with self.read() as session:
            return list(session.scalars(query))


def _customer(customer_id: UUID, now: datetime) -> dict[str, Any]:
    name = f"Customer {customer_id.hex[-6:]}"
    named = {"display_name": name, "sort_name": name.casefold()}
    return {"id": customer_id, "kind": "person", **named, "created_at": now, "updated_at": now}


def _purchases(
    draw: Random, customer_id: UUID, now: datetime, days: int
) -> Iterator[dict[str, Any]]:
    age = draw.uniform(1, days)
    per_day = draw.gammavariate(0.8, 1 / 14)
    leaves = draw.betavariate(0.9, 2.5)
    usual = draw.gammavariate(4, 10) + 5
    bought = 0.0
    while bought < age:
        yield _purchase(customer_id, now - DAY * (age - bought), draw.gammavariate(6, usual / 6))
        if draw.random() < leaves:
            return
        bought += draw.expovariate(per_day)


def _purchase(customer_id: UUID, at: datetime, amount: float) -> dict[str, Any]:
    return {
        "id": new_id(),
        "customer_id": customer_id,
        "channel": "store",
        "kind": "purchase",
        "direction": "in",
        "occurred_at": at,
        "amount": round(Decimal(amount), 2),
        "currency": "GBP",
        "created_at": at,
        "updated_at": at,
    }


def bought(shop: Shop, customer_id: UUID, days_ago: Sequence[int], amount: str = "10") -> None:
    """Let a customer buy on days before now."""
    for days in days_ago:
        shop.buy(customer_id, shop.now - DAY * days, amount)
