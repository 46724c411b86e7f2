"""Which customer a touchpoint is really for: followed through merges, within one's sight.

The rows are locked ``FOR KEY SHARE``, so that a merge which runs at the same moment either
waits for the touchpoint or is seen by it; no touchpoint lands on a customer that is gone.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal, select
from sqlalchemy.orm import Session

from guanxi.customers.models import Customer
from guanxi.touchpoints.domain.faults import no_such_customer


def resolve(session: Session, customer_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the customer that each id stands for today; ids that lead nowhere are missing.

    Erased customers lead nowhere, and so do those that the row rule of the session hides.
    """
    steps: dict[UUID, UUID] = {}
    asked: set[UUID] = set()
    wanted = set(customer_ids)
    while wanted:
        asked |= wanted
        steps |= _one_step(session, wanted)
        wanted = set(steps.values()) - asked
    return {start: end for start in customer_ids if (end := _end_of(steps, start)) is not None}


def resolve_one(session: Session, customer_id: UUID) -> UUID:
    """Return the customer that ``customer_id`` stands for today.

    :raises InvalidField: there is none that the session may see.
    """
    found = resolve(session, (customer_id,))
    if not found:
        raise no_such_customer()
    return found[customer_id]


def _one_step(session: Session, customer_ids: Collection[UUID]) -> dict[UUID, UUID]:
    rows = session.execute(
        select(Customer.id, func.coalesce(Customer.merged_into, Customer.id))
        .where(Customer.id == any_(literal(list(customer_ids), ARRAY(Uuid))))
        .where(Customer.erased_at.is_(None))
        .order_by(Customer.id)
        .with_for_update(read=True, key_share=True)
    )
    return dict(rows.all())


def _end_of(steps: dict[UUID, UUID], start: UUID) -> UUID | None:
    for _ in steps:
        target = steps.get(start)
        if target is None or target == start:
            return target
        start = target
    return None
