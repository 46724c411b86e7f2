"""Who was in which class when: now, at any instant, and all stays of one customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_segmentation.models import ClassStay, Scheme, SchemeClass

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Stay:
    """A customer in a class of a scheme, ``[entered_at, left_at)``, with both causes."""

    scheme: str
    member: SchemeClass
    entered_at: datetime
    entered_cause: str
    left_at: datetime | None
    left_cause: str | None


def class_at(session: Session, scheme: str, customer_id: UUID, at: datetime) -> SchemeClass | None:
    """Return the class that a customer was in; None before the scheme or the customer was there."""
    query = select(SchemeClass).join(ClassStay, ClassStay.class_id == SchemeClass.id)
    return session.scalars(
        _at(query, scheme, at).where(ClassStay.customer_id == customer_id)
    ).one_or_none()


def classes_at(session: Session, scheme: str, at: datetime) -> Mapping[UUID, str]:
    """Return the key of everybody's class at an instant."""
    query = select(ClassStay.customer_id, SchemeClass.key)
    query = query.join(SchemeClass, SchemeClass.id == ClassStay.class_id)
    return {row[0]: row[1] for row in session.execute(_at(query, scheme, at))}


def counts(session: Session, scheme: Scheme) -> Mapping[str, int]:
    """Return how many customers are in each class now, by its key, the best first."""
    rows = session.execute(
        select(SchemeClass.key, func.count(ClassStay.customer_id))
        .outerjoin(ClassStay, (ClassStay.class_id == SchemeClass.id) & ClassStay.left_at.is_(None))
        .where(SchemeClass.scheme_id == scheme.id, SchemeClass.archived.is_(False))
        .group_by(SchemeClass.id)
        .order_by(SchemeClass.position)
    )
    return {row[0]: row[1] for row in rows}


def stays_of(session: Session, customer_id: UUID, *, at: datetime | None = None) -> Sequence[Stay]:
    """Return all stays of a customer, by scheme, the latest first.

    :param at: only those at this instant: at most one in each scheme.
    """
    query = (
        select(Scheme.key, SchemeClass, ClassStay)
        .join(ClassStay, ClassStay.scheme_id == Scheme.id)
        .join(SchemeClass, SchemeClass.id == ClassStay.class_id)
        .where(ClassStay.customer_id == customer_id)
        .order_by(Scheme.created_at, Scheme.key, ClassStay.entered_at.desc())
        .execution_options(populate_existing=True)
    )
    if at is not None:
        query = query.where(*_holds(at))
    return [
        Stay(key, member, s.entered_at, s.entered_cause, s.left_at, s.left_cause)
        for key, member, s in session.execute(query)
    ]


def members(
    session: Session,
    member: SchemeClass,
    *,
    at: datetime | None = None,
    after: UUID | None = None,
    limit: int | None = 100,
) -> Sequence[ClassStay]:
    """Return the stays in a class by customer, within sight: those now, or at an instant.

    :param after: begin behind this customer.
    :param limit: None for all of them.
    """
    query = select(ClassStay).where(
        ClassStay.class_id == member.id,
        *((ClassStay.left_at.is_(None),) if at is None else _holds(at)),
        customers.in_sight(session, ClassStay.customer_id),
    )
    if after is not None:
        query = query.where(ClassStay.customer_id > after)
    return session.scalars(query.order_by(ClassStay.customer_id).limit(limit)).all()


def _at(query: S, scheme: str, at: datetime) -> S:
    joined = query.join(Scheme, Scheme.id == ClassStay.scheme_id)
    return joined.where(Scheme.key == scheme, *_holds(at))


def _holds(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return ClassStay.entered_at <= at, ClassStay.left_at.is_(None) | (ClassStay.left_at > at)
