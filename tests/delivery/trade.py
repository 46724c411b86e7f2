"""A small shop whose staff record, correct, assign and merge, for the tests of the facts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.db import Actor, Database
from guanxi.delivery.bookmarks import Due, Unit
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.facts import READER, facts_reader
from guanxi.delivery.reader import ReaderSet
from guanxi.errors import GuanxiError
from guanxi.events import Vocabulary, partition_of
from guanxi.touchpoints.domain.assigning import assign
from guanxi.touchpoints.domain.corrections import amend, void
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

OPENED = datetime(2026, 3, 1, 10, tzinfo=UTC)
TODAY = OPENED + timedelta(days=300)


def facts_only(batch: int = 1000) -> ReaderSet:
    """Return the core's own reader as the only one at work."""
    reader = facts_reader(Vocabulary())
    small = type(reader)(
        name=reader.name,
        handlers=reader.handlers,
        kinds=reader.kinds,
        rebuild=reader.rebuild,
        plugin=False,
        batch=batch,
    )
    return ReaderSet(1, {reader.name: small})


@dataclass
class Shop:
    """The shop, its customers, touchpoints and merges in the order in which they came."""

    database: Database
    customers: list[UUID] = field(default_factory=list)
    touchpoints: list[UUID] = field(default_factory=list)
    merges: list[UUID] = field(default_factory=list)

    def write(self):
        """Open a transaction."""
        return self.database.write(Actor("system", "shop"), now=TODAY)

    def customer(self, name: str = "Ming") -> UUID:
        """Add a customer."""
        with self.write() as session:
            draft = CustomerDraft(name=name)
            self.customers.append(create_customer(session, draft, now=OPENED).id)
        return self.customers[-1]

    def visit(self, customer: UUID | None, day: int = 0, **more) -> UUID:
        """Record a touchpoint; a call unless said otherwise."""
        values = {"channel": "phone", "kind": "call", "direction": "in"} | more
        occurred_at = OPENED + timedelta(days=day)
        with self.write() as session:
            draft = Draft(customer_id=customer, occurred_at=occurred_at, **values)
            self.touchpoints.append(record(session, draft, now=occurred_at).id)
        return self.touchpoints[-1]

    def sale(self, customer: UUID | None, amount: str, day: int = 0, **more) -> UUID:
        """Record a purchase, or a return where the amount is negative."""
        kind = "return" if Decimal(amount) < 0 else "purchase"
        values = {"channel": "store", "kind": kind, "currency": "EUR", "amount": Decimal(amount)}
        return self.visit(customer, day, **(values | more))

    def void(self, touchpoint: UUID) -> bool:
        """Take a touchpoint back; False where it was taken back before."""
        return self._try(lambda session: void(session, touchpoint, "a mistake", now=TODAY))

    def amend(self, touchpoint: UUID, **changes) -> bool:
        """Change a touchpoint; False where that cannot be."""
        return self._try(lambda session: amend(session, touchpoint, changes, now=TODAY))

    def assign(self, touchpoint: UUID, customer: UUID) -> bool:
        """Give an unassigned touchpoint to a customer; False where it has one."""
        return self._try(lambda session: assign(session, [touchpoint], customer, now=TODAY))

    def merge(self, kept: UUID, merged: UUID) -> bool:
        """Make two customers one; False where they are already."""

        def work(session):
            merge = merge_customers(session, kept, merged, now=TODAY)
            self.merges.append(merge.id)

        return self._try(work)

    def unmerge(self, merge: UUID) -> bool:
        """Take a merge back; False where it was taken back."""
        return self._try(lambda session: unmerge_customers(session, merge, now=TODAY))

    def deliver(self) -> None:
        """Bring the facts up to date."""
        Delivery(self.database, Vocabulary(), strict=True).drain(facts_only())

    def deliver_some(self, choice: int, batch: int = 2) -> None:
        """Do one step of one part of the log, as a slow worker would."""
        delivery = Delivery(self.database, Vocabulary(), strict=True)
        readers = facts_only(batch)
        delivery.prepare(readers)
        due, upto = delivery.look(readers)
        for (reader, partitions), _ in due:
            part = (partitions[choice % len(partitions)],)
            delivery.run(readers, Due(Unit(reader, part), retry=False), upto)

    def deliver_part_of(self, customer: UUID) -> None:
        """Deliver the part of the log in which a customer's events lie, before all others."""
        delivery = Delivery(self.database, Vocabulary(), strict=True)
        readers = facts_only()
        delivery.prepare(readers)
        _, upto = delivery.look(readers)
        unit = Unit(READER, (partition_of(customer),))
        delivery.run(readers, Due(unit, retry=False), upto)

    def _try(self, work) -> bool:
        try:
            with self.write() as session:
                work(session)
        except GuanxiError:
            return False
        return True
