"""Try again what was set aside: the event itself, then what waited behind it, in order."""

from sqlalchemy.orm import Session

from guanxi.db import write_context
from guanxi.delivery import parking
from guanxi.delivery.attempt import attempt
from guanxi.delivery.bookmarks import Unit
from guanxi.delivery.failure import described
from guanxi.delivery.intake import take_at
from guanxi.delivery.models import ParkedEvent
from guanxi.delivery.reader import Reader
from guanxi.delivery.step import Progress
from guanxi.events import Vocabulary

AT_ONCE = 100
"""Events tried in one transaction, and events taken of one customer's queue."""


def retry_due(session: Session, reader: Reader, unit: Unit, *, vocabulary: Vocabulary) -> Progress:
    """Try the events whose time has come. The caller holds the bookmarks of ``unit``."""
    now = write_context(session).now
    heads = parking.due_positions(session, unit, now=now, limit=AT_ONCE)
    for head in heads:
        _retry_with_followers(session, reader, head, vocabulary)
    return Progress(len(heads), unit.partitions if len(heads) == AT_ONCE else ())


def _retry_with_followers(
    session: Session, reader: Reader, head: int, vocabulary: Vocabulary
) -> None:
    key = session.get_one(ParkedEvent, (reader.name, head)).order_key
    positions = [head, *parking.waiting_positions(session, reader.name, key, limit=AT_ONCE)]
    known = {event.position: event for event in take_at(session, vocabulary, positions)}
    for position in positions:
        event = known.get(position)
        error = attempt(session, reader, event) if event is not None else None
        if event is not None and error is not None:
            parking.failed_again(session, reader.name, event, described(error))
            return
        parking.settle(session, reader.name, [position])
    parking.promote_next(session, reader.name, key)
