"""One delivery step: the next events of one reader on parts of the log, in one transaction.

The handlers' writes, the events they append and the bookmarks commit together, so each event
takes effect exactly once. First everything is handed over in large lists; if that fails, the
step is done again event by event, each in a savepoint, and what fails alone is set aside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.delivery import parking
from guanxi.delivery.attempt import Streak, attempt
from guanxi.delivery.bookmarks import move
from guanxi.delivery.failure import described
from guanxi.delivery.guard import lent
from guanxi.delivery.intake import take
from guanxi.delivery.reader import Reader, grouped
from guanxi.delivery.recent import Recent
from guanxi.events import Vocabulary
from guanxi.events.vocabulary import Event

Work = Callable[[Session, Reader, Sequence[Event]], None]
"""A way to hand events to the handlers of a reader."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a step did. ``more`` are the parts of the log in which there is more right away."""

    events: int = 0
    more: tuple[int, ...] = ()


def deliver(
    session: Session,
    reader: Reader,
    work: Work,
    *,
    vocabulary: Vocabulary,
    positions: Mapping[int, int],
    upto: int,
    recent: Recent | None = None,
) -> Progress:
    """Hand the next events to ``reader`` and move its bookmarks past them.

    :param positions: where its bookmarks are, by part of the log.
    :param upto: the horizon, or a position below it.
    :param recent: what other readers read lately, if there are any.
    """
    after = {partition: at for partition, at in positions.items() if at < upto}
    if not after:
        return Progress()
    kinds, limit = reader.kinds, reader.batch
    taken = None
    if recent is not None:
        taken = recent.take(session, kinds, after=after, upto=upto, limit=limit)
    if taken is None:
        taken = take(session, vocabulary, kinds, after=after, upto=upto, limit=limit)
    if taken.events:
        work(session, reader, _unblocked(session, reader, taken.events))
    move(session, reader.name, taken.positions)
    return Progress(len(taken.events), taken.more)


def together(session: Session, reader: Reader, events: Sequence[Event]) -> None:
    """Hand over ``events`` in as few lists as their order allows; a failure comes through."""
    for handler, group in grouped(reader, events):
        with lent(session):
            handler(session, group)


class OneByOne:
    """Hands over events singly and sets aside those that fail, and what comes after them.

    :param streak: what went wrong for this reader before.
    """

    def __init__(self, streak: Streak) -> None:
        self._streak = streak

    def __call__(self, session: Session, reader: Reader, events: Sequence[Event]) -> None:
        """Hand over ``events``, in order over all customers.

        :raises Overwhelmed: too many customers' events fail in a row.
        """
        stuck: set[UUID] = set()
        behind = []
        for event in events:
            if event.customer_id in stuck:
                behind.append(event)
            elif not self._managed(session, reader, event) and event.customer_id is not None:
                stuck.add(event.customer_id)
        parking.queue_behind(session, reader.name, behind)

    def _managed(self, session: Session, reader: Reader, event: Event) -> bool:
        error = attempt(session, reader, event)
        if error is None:
            self._streak.succeeded()
            return True
        self._streak.failed(event, error)
        parking.park(session, reader.name, event, described(error))
        return False


def _unblocked(session: Session, reader: Reader, events: Sequence[Event]) -> list[Event]:
    """Queue what must wait for earlier events of its customer; return the rest."""
    blocked = parking.held_keys(session, reader.name, events)
    if blocked:
        behind = [event for event in events if event.customer_id in blocked]
        parking.queue_behind(session, reader.name, behind)
    return [event for event in events if event.customer_id not in blocked]
