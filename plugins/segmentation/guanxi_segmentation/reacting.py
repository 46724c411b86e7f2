"""Events of the log: look again at the customers whom they are about.

The tables say everything, so each customer is looked at once per batch, however many events there
are; where very many customers come at once they are noted, and worked out together by the sweep.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import CustomersMerged, Event, TouchpointCorrected, undelivered, write_context
from guanxi_segmentation import pipeline, worth_data
from guanxi_segmentation.events import SegmentEntered, SegmentLeft
from guanxi_segmentation.membership import backlog, customer_data, inputs, locking
from guanxi_segmentation.membership.book import Book
from guanxi_segmentation.membership.inputs import Touched
from guanxi_segmentation.membership.refreshing import FEW
from guanxi_segmentation.schemes.events import ClassChanged

AT_ONCE: Final = 5_000
"""So many events are taken from a backlog at a time; it is only noted whom they are about."""
OWN_EVENTS: Final = frozenset(one.kind for one in (SegmentEntered, SegmentLeft, ClassChanged))
"""What we tell others, and know."""


def react(session: Session, events: Sequence[Event]) -> None:
    """Look again at the customers of ``events``."""
    customers = list(dict.fromkeys(one for event in events for one in _customers(event)))
    if not customers:
        return
    if len(customers) > FEW:
        backlog.add(session, customers)
        return
    touched = inputs.touched_by(events)
    now = write_context(session).now
    _, book = pipeline.refresh_some(session, customers, as_of=now, touched=touched)
    late = _not_counted_yet(session, book, customers, touched)
    if late:
        backlog.add(session, late)


def forget(session: Session, events: Sequence[Event]) -> None:
    """Remove what is held about customers who are gone.

    Of a person whose data was erased nothing is left by now; a customer whom an import made and
    took back is told of by this event alone.
    """
    gone = [event.customer_id for event in events if event.customer_id is not None]
    locking.share_evaluation(session)
    for customer_id in dict.fromkeys(gone):
        customer_data.erase(session, customer_id)
        worth_data.erase(session, customer_id)


def _customers(event: Event) -> Sequence[UUID]:
    """Return whom an event is about, also whose touchpoint was given to another."""
    found = [event.customer_id]
    if isinstance(event, TouchpointCorrected):
        found.append(event.before.customer_id)
        found.append(event.after.customer_id if event.after is not None else None)
    if isinstance(event, CustomersMerged):
        found.append(event.merged_id)
    return [one for one in found if one is not None]


def _not_counted_yet(
    session: Session, book: Book, customers: list[UUID], touched: Touched
) -> list[UUID]:
    """Return whose counted attributes are about to change, where a rule looks at these."""
    if not touched.touchpoints and not touched.everything:
        return []
    if not any(map(inputs.counts, book.entries.values())):
        return []
    waiting = undelivered(session, customers)
    return [one for one in customers if one in waiting]
