"""How many customers are in each class now, within the sight of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_segmentation.models import ClassStay, Scheme, SchemeClass


@dataclass(frozen=True, slots=True)
class Size:
    """A class with the number of its customers."""

    member: SchemeClass
    customers: int


def sizes(session: Session, scheme: Scheme) -> list[Size]:
    """Return the classes in use with their customers in sight, the best first."""
    return sizes_of(session, [scheme])[scheme.id]


def sizes_of(session: Session, schemes: Sequence[Scheme]) -> Mapping[UUID, list[Size]]:
    """Return what :func:`sizes` does for several schemes, by their ids; with two statements."""
    ids = [one.id for one in schemes]
    counted = (
        select(ClassStay.class_id, func.count())
        .where(
            ClassStay.scheme_id.in_(ids),
            ClassStay.left_at.is_(None),
            customers.in_sight(session, ClassStay.customer_id),
        )
        .group_by(ClassStay.class_id)
    )
    found: dict[UUID, int] = {row[0]: row[1] for row in session.execute(counted)}
    members = session.scalars(
        select(SchemeClass)
        .where(SchemeClass.scheme_id.in_(ids), SchemeClass.archived.is_(False))
        .order_by(SchemeClass.position)
    )
    by_scheme: dict[UUID, list[Size]] = {one: [] for one in ids}
    for member in members:
        by_scheme[member.scheme_id].append(Size(member, found.get(member.id, 0)))
    return by_scheme
