"""Hand over one event alone, so that its failure harms nothing else and is known as its own."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.db import write_context
from guanxi.delivery.failure import described, is_passing
from guanxi.delivery.guard import BrokenTransaction, lent
from guanxi.delivery.reader import Reader, hook_of
from guanxi.events.vocabulary import Event

STREAK_LIMIT = 20
"""So many customers failing without a success in between mean that the reader is broken."""


class Overwhelmed(Exception):
    """A reader fails for everybody; nothing of the step is kept, so that nothing is parked."""


@dataclass(slots=True)
class Streak:
    """The customers whose events failed since a reader last managed one."""

    keys: set[UUID | int] = field(default_factory=set)

    def succeeded(self) -> None:
        """Start anew."""
        self.keys.clear()

    def failed(self, event: Event, error: Exception) -> None:
        """Count a failure.

        :raises Overwhelmed: it was one too many.
        """
        self.keys.add(event.customer_id or event.position)
        if len(self.keys) >= STREAK_LIMIT:
            self.keys.clear()
            raise Overwhelmed(described(error)) from error


def attempt(session: Session, reader: Reader, event: Event) -> Exception | None:
    """Hand over ``event``; if it fails, undo what it left behind and return the failure.

    What the handler deferred is written within the savepoint too, so that a row which the
    database refuses counts as this event's failure.

    :raises Exception: the event is not to blame, or the transaction is gone; nothing is settled.
    """
    handler = reader.handler_for(event)
    if handler is None:
        return None
    context = write_context(session)
    try:
        with session.begin_nested():
            with lent(session):
                handler(session, [event])
            session.flush()
            context.write_pending(session)
    except BrokenTransaction:
        raise
    except Exception as error:
        if is_passing(error):
            raise
        context.pending.clear()
        reader.failed(hook_of(type(event)), error)
        return error
    return None
