"""Purchases and returns of the log, for the few customers who came by somebody's code.

A return names no purchase, so what a customer returned since the purchase is set against it: where
less is left than the terms ask for, the purchase does not count any more.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from babel.numbers import get_currency_precision
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Event,
    TouchpointCorrected,
    TouchpointFacts,
    TouchpointRecorded,
    write_context,
)
from guanxi_loyalty.models import Programme, Referral
from guanxi_loyalty.referrals.rewarding import bought, returned
from guanxi_loyalty.referrals.terms import terms_of

_LEFT: Final = text(
    """
    SELECT coalesce(sum(CASE kind WHEN 'purchase' THEN abs(amount) ELSE -abs(amount) END), 0)
    FROM touchpoints
    WHERE state = 'recorded' AND currency = :currency AND amount IS NOT NULL
      AND (id = :document
        OR (kind = 'return' AND customer_id = :customer AND occurred_at >= :since))
    """
)


def react(session: Session, events: Sequence[Event]) -> None:
    """Let purchases count, and returned or voided ones not."""
    now = write_context(session).now
    told = [found for event in events if (found := _told(event)) is not None]
    waiting = _waiting(session, {facts.customer_id for _, facts, _ in told if facts.customer_id})
    for touchpoint_id, facts, gone in told:
        for programme in waiting.get(facts.customer_id, ()):
            if gone:
                returned(session, programme, str(touchpoint_id), now=now)
            elif facts.kind == "purchase":
                _bought(session, programme, touchpoint_id, facts)
            if facts.kind == "return" or not gone:
                _recheck(session, programme, facts.customer_id, now)


def _told(event: Event) -> tuple[UUID, TouchpointFacts, bool] | None:
    """Return touchpoint, facts, and whether it is gone; None for what is no matter of trade."""
    if isinstance(event, TouchpointRecorded):
        facts, gone = event.touchpoint, False
    elif isinstance(event, TouchpointCorrected):
        facts, gone = event.after or event.before, event.after is None
    else:
        return None
    return (event.touchpoint_id, facts, gone) if facts.kind in ("purchase", "return") else None


def _waiting(session: Session, customers: set[UUID]) -> dict[UUID | None, list[Programme]]:
    rows = session.execute(
        select(Referral.referred_id, Programme)
        .join(Programme, Programme.id == Referral.programme_id)
        .where(
            Referral.referred_id.in_(customers),
            Referral.state.in_(("pending", "qualified", "rewarded")),
        )
        .distinct()
    )
    found: dict[UUID | None, list[Programme]] = {}
    for customer_id, programme in rows:
        found.setdefault(customer_id, []).append(programme)
    return found


def _bought(
    session: Session, programme: Programme, touchpoint_id: UUID, facts: TouchpointFacts
) -> None:
    if facts.amount is None or facts.currency != programme.currency or facts.customer_id is None:
        return
    amount = minor(programme, facts.amount)
    bought(session, programme, facts.customer_id, str(touchpoint_id), amount, at=facts.occurred_at)


def _recheck(
    session: Session, programme: Programme, customer_id: UUID | None, now: datetime
) -> None:
    referral = session.scalar(
        select(Referral)
        .where(
            Referral.programme_id == programme.id,
            Referral.referred_id == customer_id,
            Referral.state == "qualified",
        )
        .execution_options(populate_existing=True)
    )
    terms = terms_of(session, programme)
    if referral is None or referral.document is None or terms is None:
        return
    values = {
        "currency": programme.currency,
        "document": referral.document,
        "customer": str(customer_id),
        "since": referral.qualified_at,
    }
    left = minor(programme, session.execute(_LEFT, values).scalar_one())
    if left < max(terms.min_order, 1):
        returned(session, programme, referral.document, now=now)


def minor(programme: Programme, amount: Decimal) -> int:
    """Return an amount in minor units of the programme's currency (ISO 4217), rounded down."""
    return int(amount.scaleb(get_currency_precision(programme.currency)))
