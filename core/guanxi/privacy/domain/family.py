"""All the ids under which one person is held: the customer and everybody merged into it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.rows import CUSTOMERS


def ids_of(session: Session, customer_id: UUID) -> Sequence[UUID]:
    """Return ``customer_id`` and the ids that were merged into it, directly or by others."""
    c = CUSTOMERS
    family = select(c.c.id).where(c.c.id == customer_id).cte("family", recursive=True)
    family = family.union(select(c.c.id).join(family, c.c.merged_into == family.c.id))
    return session.scalars(select(family.c.id).order_by(family.c.id)).all()
