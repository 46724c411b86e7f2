"""Recorded touchpoints of customers in their order, as cases look at them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Outcome, Touchpoint
from guanxi_scoring.company import company
from guanxi_scoring.propensity.conditions import Touch

CHUNK = 1_000
"""So many customers are read at a time."""


def touches_of(
    session: Session, customer_ids: Collection[UUID], until: datetime
) -> Mapping[UUID, list[Touch]]:
    """Return the touchpoints of customers before ``until``; who has none is not among them."""
    t, o, currency = Touchpoint, Outcome, company(session).currency
    rows = session.execute(
        select(
            t.customer_id,
            t.occurred_at,
            t.kind,
            t.channel,
            t.direction,
            t.outcome,
            o.success,
            case((t.currency == currency, t.amount)),
            t.id,
        )
        .outerjoin(o, o.key == t.outcome)
        .where(t.customer_id.in_(customer_ids), t.state == "recorded", t.occurred_at < until)
        .order_by(t.customer_id, t.occurred_at, t.id)
    )
    return {
        customer_id: [Touch(*row[1:]) for row in found]
        for customer_id, found in groupby(rows, key=lambda row: row[0])
        if customer_id is not None
    }


def living(session: Session, customer_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the customers who are neither merged nor erased."""
    return set(
        session.scalars(select(Customer.id).where(Customer.id.in_(customer_ids), is_living()))
    )


def chunks(session: Session) -> Iterator[list[UUID]]:
    """Return all customers who are neither merged nor erased, some at a time, by their ids."""
    last: UUID | None = None
    while True:
        query = select(Customer.id).where(is_living()).order_by(Customer.id).limit(CHUNK)
        found = list(session.scalars(query if last is None else query.where(Customer.id > last)))
        if found:
            yield found
        if len(found) < CHUNK:
            return
        last = found[-1]


def is_living() -> ColumnElement[bool]:
    """Return the condition that a customer is neither merged nor erased."""
    return and_(Customer.merged_into.is_(None), Customer.erased_at.is_(None))
