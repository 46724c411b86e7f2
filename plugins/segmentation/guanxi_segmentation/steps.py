"""The steps of the pipeline before and after segments, in their order; see ``pipeline``.

Each works out some customers (None: everybody) and says whether an attribute of anybody changed.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation import rfm, value
from guanxi_segmentation.schemes.sorting import sort_by_rules, sort_computed

Customers = Collection[UUID] | None


def score(session: Session, customers: Customers, *, as_of: datetime, cause: str) -> bool:  # noqa: ARG001 -- all steps are called alike
    """RFM, by the break points in force; with everybody, cut anew where that is due."""
    return rfm.refresh(session, customers, as_of=as_of)


def weigh(session: Session, customers: Customers, *, as_of: datetime, cause: str) -> bool:  # noqa: ARG001 -- as above
    """Total value, net value and their parts."""
    return value.refresh(session, customers, as_of=as_of)


BEFORE = (score, weigh, sort_computed)
AFTER = (sort_by_rules,)
