"""Replay: let a reader forget what it derived and read the log again.

What a replay leaves behind is what the first delivery left: the reader forgets everything
derived from the very events that come again, no more and no less.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.delivery import bookmarks
from guanxi.delivery.guard import lent
from guanxi.delivery.models import ParkedEvent
from guanxi.delivery.reader import Reader
from guanxi.errors import Conflict, NotFound

_FIRST_SINCE = text("SELECT min(position) FROM events WHERE recorded_at >= :since")
_EARLIEST_FROM = text("SELECT min(recorded_at) FROM events WHERE position >= :position")
_WAKE = text("SELECT pg_notify('guanxi_events', '')")


@dataclass(frozen=True, slots=True)
class Replay:
    """What comes again: every event from ``position`` on, all of them recorded since ``since``.

    ``position`` is 0 for the whole log, and None where nothing was recorded since then.
    """

    position: int | None
    since: datetime | None


def replay(session: Session, reader: Reader, since: datetime | None = None) -> Replay:
    """Let ``reader`` read again what was recorded since ``since`` (None: everything).

    Steps in progress end first. The core's own readers are made anew from the tables instead.

    :raises Conflict: the reader cannot forget, or a worker is busy with it for long.
    :raises NotFound: it never read anything.
    """
    positions = bookmarks.hold_all(session, reader.name)
    if not positions:
        raise NotFound("%(reader)s has not read anything yet.", reader=reader.name)
    if reader.rebuild is not None:
        reader.rebuild(session)
        start = Replay(None, since)
    else:
        start = _rewind(session, reader, positions, since)
    audit.record(
        session,
        "delivery.replayed",
        ("reader", reader.name),
        after={"since": start.since, "position": start.position},
    )
    return start


def replay_start(session: Session, since: datetime | None) -> Replay:
    """Return from where to read again so that exactly what was recorded since some instant comes.

    Transactions commit in another order than they began, so the instants of the log overlap a
    little. The start moves back until no event before it was recorded after the earliest one
    from it on; otherwise a reader would forget too much or too little.
    """
    if since is None:
        return Replay(0, None)
    while True:
        position = session.execute(_FIRST_SINCE, {"since": since}).scalar_one()
        if position is None:
            return Replay(None, since)
        earliest = session.execute(_EARLIEST_FROM, {"position": position}).scalar_one()
        if earliest >= since:
            return Replay(position, since)
        since = earliest


def _rewind(
    session: Session, reader: Reader, positions: dict[int, int], since: datetime | None
) -> Replay:
    if reader.replay_started is None:
        raise Conflict(
            "%(reader)s cannot be replayed: it has no on_replay_started hook to forget with.",
            reader=reader.name,
        )
    start = replay_start(session, since)
    if start.position is None:
        return start
    with lent(session):
        reader.replay_started(session, start.since)
    session.execute(
        delete(ParkedEvent).where(
            ParkedEvent.reader == reader.name, ParkedEvent.position >= start.position
        )
    )
    before = max(start.position - 1, 0)
    moved = {partition: min(position, before) for partition, position in positions.items()}
    bookmarks.move(session, reader.name, moved)
    session.execute(_WAKE)
    return start
