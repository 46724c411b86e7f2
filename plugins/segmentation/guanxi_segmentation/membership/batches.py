"""A rebuild of everybody in batches of customers (分批重算), each a transaction of its own.

Rules of one customer never look at another, so all levels of a batch are worked out together, as of
one instant for all batches. A batch locks its own customers only; deliveries go on meanwhile, and
look at the segments that are being built, too (``Entry.begun``). How far it is stands in the
database, so a rebuild that was killed goes on where it was.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi_segmentation.membership import backlog
from guanxi_segmentation.membership.book import Book, Entry, read_book
from guanxi_segmentation.membership.rebuilding import settle, work_out
from guanxi_segmentation.models import Rebuild
from guanxi_segmentation.rules import Span

SIZE: Final = 100_000
"""Customers in a batch: a few seconds of work."""

_BOUND: Final = text(
    """
    SELECT id FROM customers WHERE CAST(:first AS uuid) IS NULL OR id >= :first
    ORDER BY id OFFSET :size LIMIT 1
    """
)


def going_on(session: Session) -> Rebuild | None:
    """Return the rebuild that is going on, locked until the commit."""
    query = select(Rebuild).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def is_at_end(session: Session) -> bool | None:
    """Say whether only the end is left, without waiting for whoever is at it; None: none is."""
    at_end: bool | None = session.scalar(select(Rebuild.at_end))
    return at_end


def begin(
    session: Session,
    *,
    as_of: datetime,
    cause: str,
    then_cause: str,
    only: Callable[[Entry], bool] | None = None,
) -> Rebuild:
    """Write down a rebuild; whoever calls it has prepared everybody (``rebuilding.prepare``).

    :param only: of these segments, and of all that mention them.
    """
    found = Rebuild(
        id=1,
        as_of=as_of,
        cause=cause,
        then_cause=then_cause,
        segments=_marks(read_book(session), only),
        next_id=None,
        at_end=False,
        moved=0,
        total=0,
        rounds=0,
        asked=[],
    )
    session.add(found)
    session.flush()
    return found


def again(session: Session, rebuild: Rebuild, only: Callable[[Entry], bool]) -> None:
    """Have everybody looked at again for some segments."""
    rebuild.segments = _marks(read_book(session), only)
    rebuild.next_id, rebuild.at_end = None, not rebuild.segments
    rebuild.total, rebuild.moved = rebuild.total + rebuild.moved, 0
    rebuild.cause, rebuild.rounds = rebuild.then_cause, rebuild.rounds + 1
    session.flush()


def is_more_than_one(session: Session) -> bool:
    """Say whether there are more customers than one batch holds."""
    return _bound(session, None) is not None


def take(session: Session, rebuild: Rebuild) -> None:
    """Work out the next batch; the last one ends open, for who is new.

    Whoever calls it shares the evaluation.
    """
    end = _bound(session, rebuild.next_id)
    book = read_book(session)
    entries = _still(book, rebuild)
    customers = Span(rebuild.next_id, end)
    keys = [entry.key for entry in entries]
    if book.ready <= set(keys):
        backlog.take_span(session, *customers)
    worked = work_out(session, book, keys, customers, as_of=rebuild.as_of, cause=rebuild.cause)
    rebuild.segments = [entry.mark for entry in entries if entry.key not in worked.failed]
    rebuild.moved += worked.moved
    rebuild.next_id, rebuild.at_end = end, end is None
    session.flush()


def end(session: Session, rebuild: Rebuild) -> None:
    """Note that everybody was looked at; whoever calls it has the evaluation for himself."""
    settle(session, _still(read_book(session), rebuild), as_of=rebuild.as_of)


def _still(book: Book, rebuild: Rebuild) -> list[Entry]:
    """Return the segments that are as they were at the beginning, and can be evaluated."""
    marks = set(rebuild.segments)
    return [entry for entry in book.entries.values() if entry.mark in marks and entry.works]


def _marks(book: Book, only: Callable[[Entry], bool] | None) -> list[str]:
    keys = book.entries.keys() if only is None else book.depending(only)
    return [entry.mark for level in book.among(keys) for entry in level]


def _bound(session: Session, first: UUID | None) -> UUID | None:
    found: UUID | None = session.scalar(_BOUND, {"first": first, "size": SIZE})
    return found
