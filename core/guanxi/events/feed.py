"""The log as other systems read it: in order, from a position on, never skipping an event.

Plugins read by customer, partition by partition, see :func:`guanxi.events.log.read`; another
system wants one line to follow.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from guanxi.events.log import horizon
from guanxi.events.models import EventRow


class Feed(NamedTuple):
    """A page of the log.

    ``position`` is where to go on reading; ``more`` says whether something waits there already.
    """

    events: Sequence[EventRow]
    position: int
    more: bool


def read_feed(
    session: Session,
    *,
    after: int,
    limit: int,
    kinds: Sequence[str] = (),
    customer_id: UUID | None = None,
    visible: Select[Any] | None = None,
) -> Feed:
    """Return up to ``limit`` events above the position ``after``, oldest first.

    Nothing beyond the horizon is returned, so whoever goes on at ``position`` misses nothing,
    in whatever order transactions commit.

    :param kinds: only events of these names.
    :param visible: the ids of the customers that may be seen; None where all may be.
    """
    upto = horizon(session)
    query = select(EventRow).where(EventRow.position > after, EventRow.position <= upto)
    if kinds:
        query = query.where(EventRow.kind.in_(kinds))
    if customer_id is not None:
        query = query.where(EventRow.customer_id == customer_id)
    if visible is not None:
        query = query.where(EventRow.customer_id.in_(visible))
    found = session.scalars(query.order_by(EventRow.position).limit(limit + 1)).all()
    page, more = found[:limit], len(found) > limit
    return Feed(page, page[-1].position if more else max(after, upto), more)
