"""What the tests of touchpoints share: customers, drafts, and a look at log and audit."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from guanxi.access import sessions
from guanxi.access.rows import row_rules
from guanxi.audit.models import AuditEntry
from guanxi.clock import utc_now
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.events import Event, Vocabulary
from guanxi.events.models import EventRow
from guanxi.events.vocabulary import Line, TouchpointCorrected, TouchpointRecorded
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import Recorded
from guanxi.touchpoints.models import PlannedContact, Touchpoint

YESTERDAY = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)
Write = Callable[..., Any]


@pytest.fixture
def customer(write: Write) -> UUID:
    """A customer called Ada."""
    return new_customer(write, "Ada Lovelace")


@pytest.fixture
def other_customer(write: Write) -> UUID:
    """A customer called Li Na."""
    return new_customer(write, "李娜")


@pytest.fixture
def guarded(database: Database) -> Database:
    """The database with the row rules of a running installation."""
    database.row_rules = row_rules(
        Customer,
        (
            (Touchpoint, Touchpoint.customer_id),
            (PlannedContact, PlannedContact.customer_id),
        ),
    )
    return database


def new_customer(write: Write, name: str, owner_id: UUID | None = None) -> UUID:
    """Create a customer and return the id."""
    with write() as session:
        draft = CustomerDraft(name=name, owner_id=owner_id)
        now = session.info["write"].now
        return create_customer(session, draft, now=now).id


def call(**more: Any) -> Draft:
    """A telephone call of yesterday."""
    return Draft(**{"channel": "phone", "kind": "call", "occurred_at": YESTERDAY} | more)


def purchase(*lines: Line, **more: Any) -> Draft:
    """A purchase of yesterday in a store, of two mugs and a plate unless told otherwise."""
    values = {
        "channel": "store",
        "kind": "purchase",
        "occurred_at": YESTERDAY,
        "currency": "GBP",
        "lines": lines or (line("mug", "2", "4.50"), line("plate", "1", "12")),
    }
    return Draft(**values | more)


def line(product: str, quantity: str, unit_price: str) -> Line:
    """A line with numbers as text."""
    return Line(product, product.title(), Decimal(quantity), Decimal(unit_price))


def recorded(write: Write, *drafts: Draft) -> list[UUID]:
    """Record the drafts and return their ids."""
    with write() as tx:
        results = record_many(tx, drafts, now=tx.info["write"].now)
    return [result.id for result in results if isinstance(result, Recorded)]


def logged(session: Session) -> list[Event]:
    """Return the events about touchpoints as a reader of the log gets them."""
    vocabulary = Vocabulary([TouchpointRecorded, TouchpointCorrected])
    rows = session.execute(
        select(EventRow.kind, EventRow.payload, EventRow.customer_id)
        .where(EventRow.kind.like("Touchpoint%"))
        .order_by(EventRow.position)
    )
    return [vocabulary.decode(kind, payload, customer_id=of) for kind, payload, of in rows]


def audited(session: Session, action: str) -> list[AuditEntry]:
    """Return the audit entries of one action, in order."""
    query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(session.scalars(query))


class Browser:
    """A person at a browser: signed in, sends forms with their token."""

    def __init__(self, app: Flask, database: Database, user_id: UUID) -> None:
        self._client = app.test_client()
        session_id = sessions.new_session_id()
        with database.autocommit.connect() as connection:
            sessions.save_session(
                connection,
                session_id,
                user_id=user_id,
                data={},
                address=None,
                browser="test",
                now=utc_now(),
            )
        self._client.set_cookie(app.config["SESSION_COOKIE_NAME"], session_id)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page; header names use underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.get(path, headers=sent)

    def send(self, path: str, form: dict[str, Any] | None = None) -> TestResponse:
        """Send a form with the token of the page that it came from."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/touchpoints/").text)
        assert token is not None
        return self._client.post(path, data={**(form or {}), "csrf_token": token[1]})


@pytest.fixture
def browser(app: Flask, database: Database, factories: Factories) -> Browser:
    """An admin at a browser."""
    return Browser(app, database, factories.user("admin", name="Grace"))
