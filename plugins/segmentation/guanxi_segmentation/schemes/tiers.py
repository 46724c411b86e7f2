"""Tiers (客户分级): present value by potential, with thresholds that do not make anybody flicker.

======================  ==================  ==================
..                      much potential      little potential
======================  ==================  ==================
much present value      core (核心)          important (重要)
little present value    potential (潜力)     general (一般)
======================  ==================  ==================

Who brought nothing, or of whom nothing is known, is little. Who is above a threshold leaves it
only some percent below it (hysteresis); going up is at once, going down no sooner than the
minimum stay after entering.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    Uuid,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer
from guanxi_segmentation.models import ClassStay, Scheme, SchemeClass
from guanxi_segmentation.schemes.options import TierOptions
from guanxi_segmentation.value.sources import joins

Thresholds = dict[str, Decimal | None]
"""By ``present`` and ``potential``; None: nobody is above it."""
AXES: Final = ("present", "potential")
_STAY: Final = ClassStay.__table__.alias("stay")


def thresholds(
    session: Session, options: TierOptions, attributes: dict[str, Attribute]
) -> Thresholds:
    """Return what the thresholds are now: as set, or the value above which the share lies."""
    if options.by == "value":
        return {axis: getattr(options, f"{axis}_at") for axis in AXES}
    query = select(*(_at_share(options, attributes[axis], axis) for axis in AXES))
    query = _joined(query.select_from(Customer), attributes).where(*_LIVING)
    return dict(zip(AXES, session.execute(query).one(), strict=True))


def wanted(
    scheme: Scheme,
    classes: Sequence[SchemeClass],
    options: TierOptions,
    attributes: dict[str, Attribute],
    limits: Thresholds,
    *,
    few: Sequence[UUID] | ColumnElement[Any] | None,
    as_of: datetime | ColumnElement[datetime],
) -> Select[Any]:
    """Return the select of (customer_id, class_id, recheck_at) of living customers.

    ``recheck_at`` is when the minimum stay of who would go down is over; null for others.

    :param classes: core, important, potential, general, in this order.
    :param few: ids, or a parameter for an array of them.
    """
    core, important, potential, general = (one.id for one in classes)
    was_present = _STAY.c.class_id.in_((core, important))
    was_potential = _STAY.c.class_id.in_((core, potential))
    present = _above(attributes["present"], limits["present"], options, was_present)
    promising = _above(attributes["potential"], limits["potential"], options, was_potential)
    new = case(
        (and_(present, promising), literal(core, Uuid)),
        (present, literal(important, Uuid)),
        (promising, literal(potential, Uuid)),
        else_=literal(general, Uuid),
    )
    query = select(Customer.id.label("customer_id"), new.label("new"), *_stay_columns())
    query = _joined(query.select_from(Customer), attributes)
    query = query.outerjoin(_STAY, _is_open(scheme)).where(*_LIVING)
    if isinstance(few, ColumnElement):
        query = query.where(Customer.id == any_(few))
    elif few is not None:
        query = query.where(Customer.id.in_(few))
    return _no_sooner(query, classes, options, as_of)


_LIVING: Final = (Customer.merged_into.is_(None), Customer.erased_at.is_(None))


def _is_open(scheme: Scheme) -> ColumnElement[bool]:
    return and_(
        _STAY.c.customer_id == Customer.id,
        _STAY.c.scheme_id == scheme.id,
        _STAY.c.left_at.is_(None),
    )


def _stay_columns() -> tuple[ColumnElement[Any], ...]:
    return _STAY.c.class_id.label("old"), _STAY.c.entered_at.label("since")


def _no_sooner(
    query: Select[Any],
    classes: Sequence[SchemeClass],
    options: TierOptions,
    as_of: datetime | ColumnElement[datetime],
) -> Select[Any]:
    """Keep who would go down before the minimum stay is over."""
    found = query.subquery("found")
    places = {one.id: place for place, one in enumerate(classes)}
    down = case(places, value=found.c.new) > case(places, value=found.c.old)
    stay = timedelta(days=options.minimum_stay_days)
    early = found.c.since > as_of - stay
    kept = case((and_(down, early), found.c.old), else_=found.c.new)
    over = case((and_(down, early), found.c.since + stay), else_=None)
    return select(found.c.customer_id, kept.label("class_id"), over.label("recheck_at"))


def _above(
    attribute: Attribute,
    limit: Decimal | None,
    options: TierOptions,
    was_above: ColumnElement[bool],
) -> ColumnElement[bool]:
    if limit is None:
        return literal(value=False)
    value = cast(attribute.sql(), Numeric)
    leave = limit * (100 - options.hysteresis) / 100
    above = or_(value >= limit, and_(value >= leave, was_above))
    return func.coalesce(and_(value > 0, above), False)


def _at_share(options: TierOptions, attribute: Attribute, axis: str) -> ColumnElement[Any]:
    """Return the least value of the share of customers with the greatest; equals are together."""
    share = float(getattr(options, f"{axis}_at") / 100)
    value = cast(attribute.sql(), Numeric)
    return func.percentile_disc(share).within_group(func.coalesce(value, 0).desc()).label(axis)


def _joined(query: Select[Any], attributes: dict[str, Attribute]) -> Select[Any]:
    for table, on in joins(attributes[axis] for axis in AXES):
        query = query.outerjoin(table, on)
    return query
