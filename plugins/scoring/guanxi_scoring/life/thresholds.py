"""Tell when a customer crosses a threshold of the settings, once per crossing and both ways.

For each line it is stored who meets it. The first time that somebody is looked at only stores the
side: nothing was crossed. Where a score becomes unknown the last side stands.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Text, delete, literal, literal_column, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, append_alike, attributes_of
from guanxi_scoring.company import company
from guanxi_scoring.events import ThresholdCrossed
from guanxi_scoring.life.threshold_lines import Threshold, parse_threshold
from guanxi_scoring.models import ThresholdSide

_NUMBERS: Final = ("number", "money")
"""Types of attributes that can be compared."""
_IS_NEW: Final = literal_column("(xmax = 0)", Boolean).label("is_new")
"""A row that this statement inserted has no transaction that changed it."""


def thresholds_of(session: Session) -> list[Threshold]:
    """Return the thresholds of the settings, each once."""
    lines = map(parse_threshold, company(session).settings["thresholds"])
    return list({one.line: one for one in lines}.values())


def look(session: Session, customers: Collection[UUID] | None, *, now: datetime) -> int:
    """Compare some customers, or everybody (None), with all thresholds; how many crossed one."""
    found = thresholds_of(session)
    if customers is None:
        kept = [one.line for one in found]
        session.execute(delete(ThresholdSide).where(ThresholdSide.threshold.not_in(kept)))
    offered = attributes_of(session) if found else {}
    crossed = 0
    for threshold in found:
        attribute = offered.get(threshold.key)
        if attribute is not None and attribute.type in _NUMBERS:
            crossed += _look(session, threshold, attribute, customers, now)
    return crossed


def _look(
    session: Session,
    threshold: Threshold,
    attribute: Attribute,
    customers: Collection[UUID] | None,
    now: datetime,
) -> int:
    moves = session.execute(_store(threshold, attribute, customers, now)).all()
    changed = sorted((row.is_met, row.customer_id) for row in moves if not row.is_new)
    for is_met, some in groupby(changed, itemgetter(0)):
        event = ThresholdCrossed(threshold=threshold.line, attribute=threshold.key, is_met=is_met)
        append_alike(session, event, [customer_id for _, customer_id in some])
    return len(changed)


def _store(
    threshold: Threshold,
    attribute: Attribute,
    customers: Collection[UUID] | None,
    now: datetime,
) -> Any:
    """Return the statement that stores the sides that are new or differ, and returns these."""
    value = attribute.sql()
    sides = select(
        literal(threshold.line, Text).label("threshold"),
        Customer.id.label("customer_id"),
        threshold.holds(value).label("is_met"),
        literal(now, DateTime(timezone=True)).label("since"),
    ).where(value.is_not(None))
    if attribute.join is not None and attribute.on is not None:
        sides = sides.join(attribute.join, attribute.on)
    if customers is not None:
        sides = sides.where(Customer.id.in_(list(customers)))
    return _upserted(sides.order_by(Customer.id))


def _upserted(sides: Any) -> Any:
    stored = insert(ThresholdSide).from_select(
        ["threshold", "customer_id", "is_met", "since"], sides
    )
    new = {
        "is_met": stored.excluded.is_met,
        "since": stored.excluded.since,
        "is_crossed": true(),
    }
    return stored.on_conflict_do_update(
        index_elements=["threshold", "customer_id"],
        set_=new,
        where=ThresholdSide.is_met.is_distinct_from(stored.excluded.is_met),
    ).returning(ThresholdSide.customer_id, ThresholdSide.is_met, _IS_NEW)
