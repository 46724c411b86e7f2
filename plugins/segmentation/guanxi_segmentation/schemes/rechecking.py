"""Who stays in a class only because the minimum stay is not over: when it is, the class changes.

``tiers`` says when that is; here customers are found whose instant has come.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

DUE_AMONG: Final = """
    SELECT recheck_at, customer_id FROM segmentation_class_stays
    WHERE customer_id = ANY(CAST(:ids AS uuid[])) AND left_at IS NULL AND recheck_at <= :as_of
    """
_AMONG = text(DUE_AMONG)
_DUE: Final = text(
    """
    SELECT recheck_at, customer_id FROM segmentation_class_stays
    WHERE left_at IS NULL AND recheck_at <= :as_of ORDER BY recheck_at LIMIT :limit
    """
)

Due = dict[datetime, set[UUID]]
"""Customers by the instant at which they may change their class, the earliest first."""


def due_among(session: Session, customers: Collection[UUID], as_of: datetime) -> Due:
    """Return who of some customers is due."""
    return _by_instant(session.execute(_AMONG, {"ids": list(customers), "as_of": as_of}).all())


def due(session: Session, as_of: datetime, limit: int) -> Due:
    """Return who is due, about ``limit`` of them."""
    return _by_instant(session.execute(_DUE, {"as_of": as_of, "limit": limit}).all())


def _by_instant(rows: Collection[tuple[datetime, UUID]]) -> Due:
    found: Due = {}
    for at, customer in sorted(rows):
        found.setdefault(at, set()).add(customer)
    return found
