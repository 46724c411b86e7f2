"""Score customers by the break points in force."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation.company import company
from guanxi_segmentation.rfm.cutting import cut, is_due, latest_cut
from guanxi_segmentation.rfm.storing import gather, store_everybody, store_few


def refresh(session: Session, customers: Collection[UUID] | None, *, as_of: datetime) -> bool:
    """Bring the scores of some customers up to date, or everybody's (None).

    With everybody, break points that are due are cut anew first. Before the first cut a few
    customers cannot be scored; the next refresh of everybody makes it.

    :return: whether anything changed.
    """
    if customers is not None:
        found = latest_cut(session)
        if found is None or not customers:
            return False
        return store_few(session, found, customers, as_of=as_of)
    cause = is_due(session, as_of=as_of)
    if cause is not None:
        return cut(session, as_of=as_of, cause=cause) is not None
    found = latest_cut(session)
    if found is None:
        return False
    now = company(session)
    gather(session, now, as_of=as_of)
    found.scored_on = now.day(as_of)
    return store_everybody(session, found, as_of=as_of)


def is_new_day(session: Session, *, as_of: datetime) -> bool:
    """Say whether the company's day changed since everybody was last scored."""
    found = latest_cut(session)
    return found is None or found.scored_on < company(session).day(as_of)
