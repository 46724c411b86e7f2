"""What the tests of rewards share: a customer, requests, and a look at log and audit."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.touchpoints.conftest import (
    browser,
    customer,
    guarded,
    new_customer,
    other_customer,
)

from guanxi.audit.models import AuditEntry
from guanxi.events import Event, Vocabulary
from guanxi.events.models import EventRow
from guanxi.ids import new_id
from guanxi.rewards.domain.fulfilling import grant
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.testkit.fixtures import NOW

__all__ = ["browser", "customer", "guarded", "new_customer", "other_customer"]
Write = Callable[..., Any]


def points(customer_id: UUID, **more: Any) -> RewardDraft:
    """A wish for a hundred points."""
    values = {
        "customer_id": customer_id,
        "kind": "points",
        "amount": Decimal(100),
        "unit": "points",
        "reason": "Birthday",
        "source": "journeys",
        "idempotency_key": new_id().hex,
    }
    return RewardDraft(**values | more)


@pytest.fixture
def requested(write: Write, customer: UUID) -> UUID:
    """A request of a hundred points for Ada."""
    with write() as tx:
        return request(tx, points(customer), now=NOW).id


@pytest.fixture
def granted(write: Write, requested: UUID) -> UUID:
    """A hundred points that Ada has."""
    with write() as tx:
        return grant(tx, requested, now=NOW, fulfilled_by="loyalty").id


def logged(session: Session) -> list[Event]:
    """Return the events about rewards as a reader of the log gets them."""
    rows = session.execute(
        select(EventRow.kind, EventRow.payload, EventRow.customer_id)
        .where(EventRow.kind.like("Reward%"))
        .order_by(EventRow.position)
    )
    return [Vocabulary().decode(kind, payload, customer_id=of) for kind, payload, of in rows]


def audited(session: Session, reward_id: UUID) -> list[AuditEntry]:
    """Return the audit entries of one reward, in order."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "reward", AuditEntry.subject_id == str(reward_id))
        .order_by(AuditEntry.id)
    )
    return list(session.scalars(query))
