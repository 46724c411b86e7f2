"""Recorded touchpoints of customers in their order, as cases look at them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    select,
)
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Outcome, Touchpoint
from guanxi_scoring.asking import Asked, ask
from guanxi_scoring.company import company
from guanxi_scoring.propensity.conditions import Touch

CHUNK = 1_000
"""So many customers are read at a time."""


_TOUCHES: Final = (
    select(
        Touchpoint.customer_id,
        Touchpoint.occurred_at,
        Touchpoint.kind,
        Touchpoint.channel,
        Touchpoint.direction,
        Touchpoint.outcome,
        Outcome.success,
        case((Touchpoint.currency == bindparam("currency", type_=Text), Touchpoint.amount)),
        Touchpoint.id,
    )
    .outerjoin(Outcome, Outcome.key == Touchpoint.outcome)
    .where(
        Touchpoint.customer_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        Touchpoint.state == "recorded",
        Touchpoint.occurred_at < bindparam("until", type_=DateTime(timezone=True)),
    )
    .order_by(Touchpoint.customer_id, Touchpoint.occurred_at, Touchpoint.id)
)


def touches_of(
    session: Session, customer_ids: Collection[UUID], until: datetime
) -> Mapping[UUID, list[Touch]]:
    """Return the touchpoints of customers before ``until``; who has none is not among them."""
    (rows,) = ask(session, asking_touches(session, customer_ids, until))
    return by_customer(rows)


def asking_touches(session: Session, customer_ids: Collection[UUID], until: datetime) -> Asked:
    """Return the statement of :func:`touches_of`; its rows are for :func:`by_customer`."""
    currency = company(session).currency
    return _TOUCHES, {"ids": list(customer_ids), "until": until, "currency": currency}


def by_customer(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, list[Touch]]:
    """Return touchpoints by whose they are; rows are in that order."""
    return {
        customer_id: [Touch(*row[1:]) for row in found]
        for customer_id, found in groupby(rows, key=lambda row: row[0])
        if customer_id is not None
    }


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
