"""Product, service and emotional value (产品价值、服务价值、情感价值), each explained.

Each lies between 0 and 100, and is None where there is no source: unknown is not zero.

* Product: the mean of what was kept (revenue after returns by purchases) and of coming back
  (orders, five or more are full).
* Service: of the service contacts with a judged outcome, the part that ended well.
* Emotional: the mean of the attributes in the settings that are known, each from its least to
  its greatest value.

The index is their weighted mean, over those that are known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Text
from guanxi_segmentation.company import Company
from guanxi_segmentation.models import CustomerValue
from guanxi_segmentation.value import touched as sql
from guanxi_segmentation.value.sources import joins, sources
from guanxi_segmentation.value.worth import FULL_REPEAT

TITLES: Mapping[str, Text] = {
    "product": Text("Product value", "产品价值"),
    "service": Text("Service value", "服务价值"),
    "emotional": Text("Emotional value", "情感价值"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a score rests on: what, and its figure (None: unknown)."""

    title: Text
    value: Decimal | int | None


@dataclass(frozen=True, slots=True)
class Score:
    """A sub-score of 0 to 100, None if unknown; its weight, and why it is as it is."""

    key: str
    title: Text
    value: Decimal | None
    weight: int
    why: tuple[Evidence, ...]


def scores(
    session: Session,
    now: Company,
    customer_id: UUID,
    stored: CustomerValue | None,
    *,
    as_of: datetime,
) -> tuple[Score, ...]:
    """Return the three sub-scores of a customer as stored, with their evidence as of now."""
    few = sql.touched(now, few=True).subquery("few")
    values = {**sql.touched_values(now, as_of), "ids": [customer_id]}
    touched = session.execute(select(few), values).one_or_none()
    why = {
        "product": _product(touched),
        "service": _service(touched),
        "emotional": tuple(_emotional(session, now, customer_id)),
    }
    return tuple(
        Score(
            key,
            title,
            getattr(stored, key) if stored else None,
            now.settings[f"weight_{key}"],
            why[key],
        )
        for key, title in TITLES.items()
    )


def _product(touched: Any) -> tuple[Evidence, ...]:
    if touched is None or not touched.orders:
        return ()
    return (
        Evidence(Text("Purchases", "购买"), touched.purchased),
        Evidence(Text("Returns", "退货"), touched.returned),
        Evidence(
            Text(f"Orders ({FULL_REPEAT} are full)", f"订单数（{FULL_REPEAT} 单为满分）"),
            touched.orders,
        ),
    )


def _service(touched: Any) -> tuple[Evidence, ...]:
    if touched is None or not touched.solved + touched.unsolved:
        return ()
    return (
        Evidence(Text("Service contacts that ended well", "结果良好的服务接触"), touched.solved),
        Evidence(Text("Service contacts that did not", "结果不佳的服务接触"), touched.unsolved),
    )


def _emotional(session: Session, now: Company, customer_id: UUID) -> Iterable[Evidence]:
    found = sources(session, now).feelings
    if not found:
        return
    attributes = [attribute for attribute, _ in found]
    query = select(*(a.sql() for a in attributes)).select_from(Customer)
    for joined, on in joins(attributes):
        query = query.outerjoin(joined, on)
    row = session.execute(query.where(Customer.id == customer_id)).one_or_none()
    for attribute, value in zip(attributes, row or (), strict=False):
        yield Evidence(attribute.title, value)
