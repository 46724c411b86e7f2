"""Give unassigned purchases to those whom their hints name, all at once (按编号归属).

A purchase often comes before its customer, for example when orders are imported first. Once the
customer is there, with the same number in the same system, address or telephone number, nobody
needs to choose.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from guanxi.customers.models import CustomerIdentity
from guanxi.touchpoints.domain.assigning import AT_ONCE, assign
from guanxi.touchpoints.models import Touchpoint

ROUNDS: Final = 10
"""Portions of one call; what is left is for the next."""


def assign_known(session: Session, *, now: datetime) -> int:
    """Assign what can be told from the hints, up to 10,000 touchpoints; return how many.

    A hint is the number alone, then of the touchpoint's own source; or ``source:number``; or an
    e-mail address or telephone number as customers have it.
    """
    assigned = 0
    for _ in range(ROUNDS):
        found = session.execute(_matches().limit(AT_ONCE)).all()
        if not found:
            break
        assigned += sum(
            assign(session, ids, customer_id, now=now)
            for customer_id, ids in _by_customer(found).items()
        )
    return assigned


def _matches() -> Select[UUID, UUID]:
    t, i = Touchpoint, CustomerIdentity
    hint = t.customer_hint
    same = or_(
        and_(i.kind == "external", i.source == t.source, i.value == hint),
        and_(
            i.kind == "external",
            i.source == func.split_part(hint, ":", 1),
            i.value == func.substr(hint, func.strpos(hint, ":") + 1),
            func.strpos(hint, ":") > 0,
        ),
        and_(i.kind == "email", i.value == func.lower(hint)),
        and_(i.kind == "phone", i.value == hint),
    )
    return (
        select(t.id, i.customer_id)
        .ext(distinct_on(t.id))
        .join(i, same)
        .where(t.customer_id.is_(None), t.state == "recorded", hint.is_not(None))
        .order_by(t.id)
    )


def _by_customer(found: Sequence[Any]) -> dict[UUID, list[UUID]]:
    groups: dict[UUID, list[UUID]] = {}
    for touchpoint_id, customer_id in found:
        groups.setdefault(customer_id, []).append(touchpoint_id)
    return groups
