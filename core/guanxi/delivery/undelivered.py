"""Of whom the log has events that a reader has not handled yet."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.events.models import PARTITIONS

FACTS = "core.facts"
"""The core's own reader: it keeps ``customers.revenue`` and the other counted attributes."""

_UNDELIVERED = text(
    """
    SELECT e.customer_id FROM generate_series(0, :last_partition) p
    LEFT JOIN delivery_bookmarks b ON b.reader = :reader AND b.partition = p
    JOIN events e ON e.partition = p AND e.position > coalesce(b.position, 0)
    WHERE e.customer_id = ANY(CAST(:ids AS uuid[]))
    UNION
    SELECT order_key FROM delivery_parked
    WHERE reader = :reader AND state <> 'skipped' AND order_key = ANY(CAST(:ids AS uuid[]))
    """
)


def undelivered(session: Session, customer_ids: Collection[UUID], reader: str = FACTS) -> set[UUID]:
    """Return those of ``customer_ids`` of whom events wait for ``reader``, set aside or not.

    A plugin that reads the core's counted attributes asks it for the core's own reader, which
    may be a moment behind; a plugin that compares what it holds asks it for itself.
    """
    if not customer_ids:
        return set()
    ids = [str(one) for one in customer_ids]
    values = {"reader": reader, "ids": ids, "last_partition": PARTITIONS - 1}
    return set(session.scalars(_UNDELIVERED, values))
