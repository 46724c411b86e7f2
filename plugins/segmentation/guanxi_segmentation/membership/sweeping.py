"""Customers whose time has come: a window ran out, a date came near (时间到期).

Each is looked at as of the very instant, whenever the job comes to it. Customers of whom very
many changed at once are looked at here, too.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import run_job, undelivered
from guanxi_segmentation.membership import backlog, counts, inputs, locking, problems
from guanxi_segmentation.membership.book import Book, read_book
from guanxi_segmentation.membership.locking import Locked, Stored
from guanxi_segmentation.membership.refreshing import catch_up
from guanxi_segmentation.rules import Context

AT_ONCE: Final = 5_000
"""So many customers are fetched at a time."""
MOST: Final = 50_000
"""So many are looked at in one run; for more the job is queued again."""
MOST_OF_BACKLOG: Final = 100_000
"""As many as a batch of a rebuild: the more at once, the less each of them costs."""

Refresh = Callable[..., int]

_DUE: Final = text(
    """
    SELECT customer_id, next_check_at, checked_at FROM segmentation_states
    WHERE next_check_at <= :as_of ORDER BY next_check_at, customer_id LIMIT :limit
    FOR UPDATE SKIP LOCKED
    """
)


def sweep(
    session: Session, *, as_of: datetime, refresh: Refresh, follow: Refresh, recheck: Refresh
) -> dict[str, Any]:
    """Look at whose time has come, and at who waits to be looked at.

    :param refresh, follow, recheck: those of ``pipeline``.
    """
    if not locking.try_share_evaluation(session):
        return {"waits": "a rebuild is going on"}
    book = read_book(session)
    if problems.note_problems(session, book) or _is_waiting(book):
        run_job(session, "segmentation", "build")
    classes = recheck(session, as_of=as_of, limit=AT_ONCE)
    seen: set[UUID] = set()
    due = catch_up_all(session, as_of=as_of, most=MOST, seen=seen)
    if any(entry.kind == "class" for entry in book.entries.values()):
        for some in _some_of(sorted(seen)):
            follow(session, some, as_of=as_of, cause="time")
    looked_at, more = _refresh_backlog(session, book, as_of, refresh)
    counts.fold(session)
    if more or due >= MOST or classes >= AT_ONCE:
        run_job(session, "segmentation", "sweep")
    return {"due": due + classes, "waiting": looked_at}


def catch_up_all(
    session: Session, *, as_of: datetime, most: int | None = None, seen: set[UUID] | None = None
) -> int:
    """Work out everybody whose time has come; return how many times that was.

    :param most: stop after about so many.
    :param seen: whoever was worked out is added to it.
    """
    book, context, total = read_book(session), Context.of(session), 0
    while most is None or total < most:
        due = fetch_due(session, as_of)
        if not due:
            break
        catch_up(session, book, context, due, as_of=as_of)
        total += len(due)
        if seen is not None:
            seen.update(due)
    return total


def _some_of(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def fetch_due(session: Session, as_of: datetime, limit: int = AT_ONCE) -> Locked:
    """Lock and return the customers whose time has come, the earliest first."""
    rows = session.execute(_DUE, {"as_of": as_of, "limit": limit})
    return {row[0]: Stored(*row) for row in rows}


def _refresh_backlog(
    session: Session, book: Book, as_of: datetime, refresh: Refresh
) -> tuple[int, bool]:
    """Look at who waits; return how many that were, and whether to go on at once."""
    waiting, more = backlog.take(session, MOST_OF_BACKLOG)
    late: set[UUID] = set()
    if any(map(inputs.counts, book.entries.values())):
        late = undelivered(session, waiting)
    if late:
        backlog.put_back(session, late)
    ready = waiting - late
    if ready:
        refresh(session, ready, as_of=as_of, cause="changed")
    return len(ready), more and bool(ready)


def _is_waiting(book: Book) -> bool:
    return any(entry.works and entry.building is not None for entry in book.entries.values())
