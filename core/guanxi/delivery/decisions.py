"""What a person decides about an event that is set aside: try it again now, or leave it out."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.db import write_context
from guanxi.delivery import bookmarks, parking
from guanxi.delivery.models import ParkedEvent
from guanxi.errors import Conflict, NotFound

_WAKE = text("SELECT pg_notify('guanxi_events', '')")


def retry_now(session: Session, reader: str, position: int) -> None:
    """Have the event at ``position`` tried again at once by a worker, with all its tries anew.

    :raises NotFound: no such event is set aside for ``reader``.
    :raises Conflict: it waits behind another one, was skipped, or a worker is busy.
    """
    parked = _locked(session, reader, position)
    if parked.state not in (parking.PARKED, parking.RETRYING):
        raise Conflict("This event waits behind an earlier one of its customer; retry that one.")
    parked.state = parking.RETRYING
    parked.tries = 0
    parked.next_try_at = write_context(session).now
    _record(session, "delivery.retried", parked)
    session.execute(_WAKE)


def retry_all(session: Session, reader: str) -> int:
    """Have everything tried again that waits for a decision; return how many events that is."""
    bookmarks.hold_all(session, reader)
    positions = parking.undecided_positions(session, reader)
    for position in positions:
        retry_now(session, reader, position)
    return len(positions)


def skip(session: Session, reader: str, position: int) -> None:
    """Leave the event at ``position`` out for ``reader``, for good; what waits behind it goes on.

    :raises NotFound: no such event is set aside for ``reader``.
    :raises Conflict: it was skipped before, or a worker is busy.
    """
    parked = _locked(session, reader, position)
    if parked.state == parking.SKIPPED:
        raise Conflict("This event was skipped before.")
    was_waiting = parked.state == parking.WAITING
    _record(session, "delivery.skipped", parked)
    parked.state = parking.SKIPPED
    parked.next_try_at = None
    session.flush()
    if not was_waiting:
        parking.promote_next(session, reader, parked.order_key)
    session.execute(_WAKE)


def _locked(session: Session, reader: str, position: int) -> ParkedEvent:
    """Return the event once no worker is trying it."""
    bookmarks.hold_all(session, reader)
    parked = session.get(ParkedEvent, (reader, position), populate_existing=True)
    if parked is None:
        raise NotFound(
            "No event %(position)s is set aside for %(reader)s.", position=position, reader=reader
        )
    return parked


def _record(session: Session, action: str, parked: ParkedEvent) -> None:
    audit.record(
        session,
        action,
        ("reader", parked.reader),
        before={"state": parked.state, "tries": parked.tries, "error": parked.error},
        after={"position": parked.position, "customer_id": parked.order_key},
    )
