"""A short story for a plugin under test: customers, what they did, and its delivery."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Table, Uuid, select

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.models import Customer
from guanxi.db import Actor
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.reader import Reader, ReaderSet
from guanxi.delivery.replay import replay
from guanxi.events.vocabulary import Line
from guanxi.platform import Platform
from guanxi.touchpoints.domain.corrections import void
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

ACTOR = Actor("system", "story")
Row = tuple[str, tuple[tuple[str, Any], ...]]


class Story:
    """Tells the log of one platform what happened, and lets one plugin read it."""

    def __init__(self, platform: Platform, plugin: str, now: datetime) -> None:
        self.platform = platform
        self.plugin = plugin
        self.now = now

    def tell(self) -> tuple[UUID, UUID]:
        """Two customers call, buy, return and complain; one call is voided. Returns their ids."""
        with self.platform.database.write(ACTOR, now=self.now) as session:
            ids = [
                create_customer(session, CustomerDraft(name=name), now=self.now).id
                for name in ("Anna Schmidt", "王小明")
            ]
            for number, customer_id in enumerate(ids):
                self._contacts(session, customer_id, number)
        return ids[0], ids[1]

    def deliver(self) -> None:
        """Let the plugin read everything; what it raises comes through."""
        reader = self.reader()
        if reader is not None:
            platform = self.platform
            delivery = Delivery(
                platform.database, platform.vocabulary, dispatcher=platform.dispatcher, strict=True
            )
            delivery.drain(ReaderSet(platform.host.generation, {self.plugin: reader}))

    def replay(self) -> None:
        """Let the plugin forget and read everything again."""
        reader = self.reader()
        if reader is not None:
            with self.platform.database.write(ACTOR, now=self.now) as session:
                replay(session, reader)
            self.deliver()

    def reader(self) -> Reader | None:
        """Return the plugin as a reader of the log; None if it takes no events."""
        host = self.platform.host
        kinds: dict[str, set[str]] = {}
        for plugin, kind in host.reward_kinds():
            kinds.setdefault(plugin, set()).add(kind.kind)
        readers = plugin_readers(self.platform.dispatcher, self.platform.vocabulary, kinds)
        return readers.get(self.plugin)

    def _contacts(self, session: Any, customer_id: UUID, number: int) -> None:
        lines = (Line("TEA-1", "Tea", Decimal(2), Decimal("4.50")),)
        drafts = [
            self._draft(customer_id, 30 + number, "phone", "call"),
            self._draft(customer_id, 20, "store", "purchase", lines=lines, currency="EUR"),
            self._draft(customer_id, 10, "email", "message", direction="out"),
            self._draft(customer_id, 5, "store", "return", amount=Decimal("-4.50"), currency="EUR"),
            self._draft(customer_id, 1, "phone", "complaint"),
        ]
        recorded = [record(session, draft, now=self.now) for draft in drafts]
        void(session, recorded[0].id, reason="A mistake", now=self.now)

    def _draft(
        self, customer_id: UUID, days_ago: int, channel: str, kind: str, **more: Any
    ) -> Draft:
        at = self.now - timedelta(days=days_ago)
        return Draft(channel=channel, kind=kind, occurred_at=at, customer_id=customer_id, **more)


def stored(
    platform: Platform, models: MetaData | None, volatile: Collection[str] = ()
) -> list[Row]:
    """Return all rows of a plugin's tables, without keys that are made anew each time.

    :param volatile: further columns to leave out, as ``table.column``.
    """
    found: list[Row] = []
    with platform.database.read() as session:
        for table in models.sorted_tables if models is not None else ():
            columns = [c for c in table.c if not _is_own_key(c) and str(c) not in volatile]
            rows = session.execute(select(*columns)).mappings()
            found.extend((table.name, tuple(dict(row).items())) for row in rows)
    return sorted(found, key=repr)


def customer_columns(models: MetaData | None) -> list[tuple[Table, Any]]:
    """Return the columns that refer to a customer, each with its table.

    By a foreign key, or where checking one for each of very many rows would cost too much, by
    ``info={"about": "customer"}``.
    """
    return [
        (table, column)
        for table in (models.sorted_tables if models is not None else ())
        for column in table.c
        if _is_about_customer(column)
    ]


def rows_about(platform: Platform, models: MetaData | None, customer_id: UUID) -> list[Row]:
    """Return the rows that refer to a customer."""
    found: list[Row] = []
    with platform.database.read() as session:
        for table, column in customer_columns(models):
            rows = session.execute(select(table).where(column == customer_id)).mappings()
            found.extend((table.name, tuple(dict(row).items())) for row in rows)
    return sorted(found, key=repr)


def _is_own_key(column: Any) -> bool:
    own = not column.foreign_keys and not _is_about_customer(column)
    return column.primary_key and isinstance(column.type, Uuid) and own


def _is_about_customer(column: Any) -> bool:
    referred = any(key.column.table is Customer.__table__ for key in column.foreign_keys)
    return referred or column.info.get("about") == "customer"
