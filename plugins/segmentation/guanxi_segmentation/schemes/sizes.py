"""How many customers are in each class: now, and what would become of it by other thresholds.

Within the sight of whoever asks; thresholds by share are those of all customers in any case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import attributes_of, customers, new_id
from guanxi_segmentation.models import ClassStay, Scheme, SchemeClass
from guanxi_segmentation.schemes import tiers
from guanxi_segmentation.schemes.options import check_attributes, tier_options
from guanxi_segmentation.schemes.sorting import classes_of


@dataclass(frozen=True, slots=True)
class Size:
    """A class with the number of its customers."""

    member: SchemeClass
    customers: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What tiers would be: customers by the place of the class, and the thresholds in force."""

    counts: Sequence[int]
    limits: Mapping[str, Decimal | None]


def sizes(session: Session, scheme: Scheme) -> list[Size]:
    """Return the classes in use with their customers in sight, the best first."""
    counted = (
        select(ClassStay.class_id, func.count())
        .where(
            ClassStay.scheme_id == scheme.id,
            ClassStay.left_at.is_(None),
            customers.in_sight(session, ClassStay.customer_id),
        )
        .group_by(ClassStay.class_id)
    )
    found: dict[UUID, int] = {row[0]: row[1] for row in session.execute(counted)}
    return [Size(one, found.get(one.id, 0)) for one in classes_of(session, scheme)]


def foresee(
    session: Session, scheme: Scheme | None, given: Mapping[str, Any], *, as_of: datetime
) -> Foreseen:
    """Return what tiers would be by these options, if they were saved now.

    :param scheme: the scheme as it stands, so that hysteresis and minimum stay count; None for a
        new one.
    :raises Invalid: the options do not do.
    """
    options, offered = tier_options(given), attributes_of(session)
    check_attributes(options, offered)
    attributes = {axis: offered[getattr(options, axis)] for axis in tiers.AXES}
    classes = classes_of(session, scheme) if scheme else [SchemeClass(id=new_id()) for _ in "1234"]
    limits = tiers.thresholds(session, options, attributes)
    found = tiers.wanted(
        scheme or Scheme(id=new_id()), classes, options, attributes, limits, few=None, as_of=as_of
    ).subquery("foreseen")
    counted = (
        select(found.c.class_id, func.count())
        .where(customers.in_sight(session, found.c.customer_id))
        .group_by(found.c.class_id)
    )
    by_class: dict[UUID, int] = {row[0]: row[1] for row in session.execute(counted)}
    return Foreseen([by_class.get(one.id, 0) for one in classes], limits)
