"""What the tests of customers share: people to work with, and a look at log and audit."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.rows import row_rules
from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import Identity
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.models import Customer, CustomerConsent, CustomerIdentity
from guanxi.db import Database
from guanxi.events.models import EventRow
from guanxi.rewards.models import Reward
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.models import Touchpoint

Write = Callable[..., Any]
Make = Callable[..., UUID]


@pytest.fixture
def make(write: Write) -> Make:
    """``make("李娜", email="na@example.com")`` creates a customer and returns the id."""

    def making(
        name: str | None = None,
        *,
        email: str | None = None,
        phone: str | None = None,
        external: str | None = None,
        **more: Any,
    ) -> UUID:
        given = [("email", email, ""), ("phone", phone, ""), ("external", external, "shop")]
        identities = tuple(
            read_identity(kind, text, source=source) for kind, text, source in given if text
        )
        with write() as session:
            draft = CustomerDraft(name=name, identities=identities, **more)
            return create_customer(session, draft, now=NOW).id

    return making


@pytest.fixture
def guarded(database: Database) -> Database:
    """The database with the row rules of a running installation."""
    database.row_rules = row_rules(
        Customer,
        (
            (CustomerIdentity, CustomerIdentity.customer_id),
            (CustomerConsent, CustomerConsent.customer_id),
            (Touchpoint, Touchpoint.customer_id),
            (Reward, Reward.customer_id),
        ),
    )
    return database


def email(text: str) -> Identity:
    """An e-mail identity."""
    return read_identity("email", text)


def logged(session: Session, customer_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of one customer as the log holds them: kind and payload."""
    rows = session.execute(
        select(EventRow.kind, EventRow.payload)
        .where(EventRow.customer_id == customer_id)
        .order_by(EventRow.position)
    )
    return [(kind, payload) for kind, payload in rows]


def audited(session: Session, customer_id: UUID) -> list[AuditEntry]:
    """Return the audit entries of one customer, in order."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_kind == "customer", AuditEntry.subject_id == str(customer_id))
            .order_by(AuditEntry.id)
        )
    )
