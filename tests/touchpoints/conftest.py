"""What the tests of touchpoints share: customers, drafts, and a look at log and audit."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.rows import row_rules
from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.events import Event, Vocabulary
from guanxi.events.models import EventRow
from guanxi.events.vocabulary import Line, TouchpointCorrected, TouchpointRecorded
from guanxi.touchpoints.domain.drafts import Draft
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
