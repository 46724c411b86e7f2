"""The rows behind an insight: which customers it is about, found anew, within sight only."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, and_, case, cast, exists, false, func, select
from sqlalchemy.orm import Session, aliased

from guanxi.sdk import Attribute, Customer, Touchpoint, TouchpointLine, attributes_of, current
from guanxi_scoring.company import company
from guanxi_scoring.models import Cluster, Insight

_SEES: Final = "attribute"


def about(session: Session, insight: Insight) -> ColumnElement[bool]:
    """Return the condition on ``Customer`` of those whom an insight counts as evidence."""
    subject = insight.subject
    if insight.kind == "cluster":
        return exists().where(
            Cluster.customer_id == Customer.id, Cluster.cluster == subject["cluster"]
        )
    if insight.kind == "sequence":
        return _followed(session, insight)
    bought_b = _bought(subject["b"], insight)
    if insight.kind == "trait":
        return bought_b & _has(session, subject)
    return _bought(subject["a"], insight) & bought_b


def visible(session: Session, insight: Insight) -> bool:
    """Say whether whoever asks may see the attribute that an insight is about; most have none."""
    key = insight.subject.get(_SEES)
    if key is None:
        return True
    found = attributes_of(session).get(key)
    person = current.principal_or_none()
    if found is None:
        return False
    return found.permission is None or person is None or person.may(found.permission)


def _bought(product: str, insight: Insight) -> ColumnElement[bool]:
    """Return the condition of having bought and kept a product; see ``products.bought``."""
    touchpoint, line = aliased(Touchpoint), aliased(TouchpointLine)
    pieces = case((touchpoint.kind == "return", -func.abs(line.quantity)), else_=line.quantity)
    kept = (
        select(func.sum(pieces))
        .select_from(touchpoint)
        .join(line, line.touchpoint_id == touchpoint.id)
        .where(
            touchpoint.customer_id == Customer.id,
            touchpoint.state == "recorded",
            touchpoint.kind.in_(("purchase", "return")),
            touchpoint.occurred_at < insight.as_of,
            line.product == product,
        )
        .having(func.bool_or(touchpoint.kind == "purchase"))
        .correlate(Customer)
        .scalar_subquery()
    )
    return kept > 0


def _followed(session: Session, insight: Insight) -> ColumnElement[bool]:
    """Return the condition of having first bought the other within the days after the one."""
    zone = company(session).zone
    last = company(session).day(insight.as_of - timedelta(microseconds=1))
    one, other = (_first_day(insight.subject[name], insight, zone) for name in ("a", "b"))
    days = insight.subject["days"]
    found: ColumnElement[bool] = and_(other > one, other - one <= days, one + days <= last)
    return found


def _first_day(product: str, insight: Insight, zone: str) -> Any:
    touchpoint, line = aliased(Touchpoint), aliased(TouchpointLine)
    day = cast(func.timezone(zone, touchpoint.occurred_at), Date)
    return (
        select(func.min(day))
        .select_from(touchpoint)
        .join(line, line.touchpoint_id == touchpoint.id)
        .where(
            touchpoint.customer_id == Customer.id,
            touchpoint.state == "recorded",
            touchpoint.kind == "purchase",
            touchpoint.occurred_at < insight.as_of,
            line.product == product,
            line.quantity > 0,
        )
        .correlate(Customer)
        .scalar_subquery()
    )


def _has(session: Session, subject: Mapping[str, Any]) -> ColumnElement[bool]:
    attribute = attributes_of(session).get(subject["attribute"])
    if attribute is None:
        return false()
    other = select(Customer.id).select_from(Customer)
    if attribute.join is not None:
        other = other.outerjoin(attribute.join, attribute.on)
    return Customer.id.in_(other.where(_is(attribute, subject["value"])))


def _is(attribute: Attribute, value: str) -> Any:
    sql = attribute.sql()
    return sql.is_(value == "true") if attribute.type == "boolean" else sql == value
