"""Values of many customers together: of all, of a segment's members, of each class.

Always within the sight of whoever asks; a job or a command sees everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_segmentation.models import ClassStay, CustomerValue, Scheme, SchemeClass, State


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over customers in the company's currency.

    ``expected`` is over the ``expected_of`` customers of whom it is known, None of nobody.
    ``net`` is exactly ``margin`` - ``cost`` - ``incentives``.
    """

    customers: int
    observed: Decimal
    expected: Decimal | None
    expected_of: int
    margin: Decimal
    cost: Decimal
    incentives: Decimal
    net: Decimal


_V = CustomerValue
_SUMS: tuple[Any, ...] = (
    func.count(),
    func.coalesce(func.sum(_V.observed), 0),
    func.sum(_V.expected),
    func.count(_V.expected),
    *(func.coalesce(func.sum(c), 0) for c in (_V.margin, _V.cost, _V.incentives, _V.net)),
)


def sums(session: Session) -> Sums:
    """Return the sums over all customers."""
    return _one(session, select(*_SUMS).select_from(_V).where(_in_sight(session)))


def sums_of_segment(session: Session, key: str) -> Sums:
    """Return the sums over the members of a segment."""
    members = select(*_SUMS).select_from(_V).join(State, State.customer_id == _V.customer_id)
    return _one(session, members.where(State.segments.contains([key]), _in_sight(session)))


def sums_by_class(session: Session, scheme: str) -> Mapping[str, Sums]:
    """Return the sums over each class of a scheme that has customers with values, by its key."""
    rows = session.execute(
        select(SchemeClass.key, *_SUMS)
        .select_from(_V)
        .join(ClassStay, ClassStay.customer_id == _V.customer_id)
        .join(SchemeClass, SchemeClass.id == ClassStay.class_id)
        .join(Scheme, Scheme.id == ClassStay.scheme_id)
        .where(Scheme.key == scheme, ClassStay.left_at.is_(None), _in_sight(session))
        .group_by(SchemeClass.key, SchemeClass.position)
        .order_by(SchemeClass.position)
    )
    return {key: Sums(*values) for key, *values in rows}


def _in_sight(session: Session) -> ColumnElement[bool]:
    return customers.in_sight(session, _V.customer_id)


def _one(session: Session, query: Select[Any]) -> Sums:
    return Sums(*session.execute(query).one())
