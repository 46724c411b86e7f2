"""The end of the log, read once for all readers that are near it.

Most readers, most of the time, stand at the same place and are about to read the same few events.
The first of them to come reads that stretch, all kinds and parts of the log, and decodes what it
wants; the others find it here. Who is further behind reads for themselves, see ``intake.py``.

Nothing at or below the horizon changes any more, except that an erasure empties payloads. A
stretch is only kept until the horizon has moved, so a reader is handed such an event as if it had
come a moment earlier; it hears of the erasure next.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from guanxi.db import direct
from guanxi.delivery.intake import Taken, decoded
from guanxi.delivery.reader import HOOKS
from guanxi.events import Vocabulary
from guanxi.events.codec import kind_of
from guanxi.events.vocabulary import Event

NEAR = 2_000
"""Positions before the horizon within which a reader counts as near the end."""

_SHARED = frozenset(map(kind_of, HOOKS))
"""The core's events cannot be changed by who gets them; a plugin's might hold a list."""
_STRETCH = """
    SELECT partition, kind, payload, position, customer_id, recorded_at, actor_name FROM events
    WHERE position > %s AND position <= %s ORDER BY position
    """


class Entry:
    """One event of the stretch: its row, and what it is decoded to once somebody wants it."""

    __slots__ = ("_event", "kind", "partition", "position", "row")

    def __init__(self, row: Sequence[Any]) -> None:
        self.partition, self.kind, _payload, self.position, *_more = self.row = row
        self._event: Event | None = None

    def event(self, vocabulary: Vocabulary) -> Event | None:
        """Return the event; None where an erasure emptied it."""
        if self._event is not None:
            return self._event
        if self.kind in _SHARED:
            self._event = decoded(vocabulary, self.row)
            return self._event
        return decoded(vocabulary, deepcopy(self.row))


class Recent:
    """Keeps the stretch that was read last; used by several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._lock = Lock()
        self._after = self._upto = 0
        self._entries: list[Entry] = []

    def take(
        self,
        session: Session,
        kinds: Sequence[str],
        *,
        after: Mapping[int, int],
        upto: int,
        limit: int,
    ) -> Taken | None:
        """Return all events of ``kinds`` up to ``upto``; None where they are too far away or many.

        The arguments are those of :func:`guanxi.delivery.intake.take`.
        """
        lowest = min(after.values())
        if upto - lowest > NEAR:
            return None
        wanted = [
            entry
            for entry in self._stretch(session, lowest, upto)
            if entry.kind in kinds and entry.position > after.get(entry.partition, upto)
        ]
        if len(wanted) > limit:
            return None
        events = [event for entry in wanted if (event := entry.event(self._vocabulary)) is not None]
        return Taken(events, dict.fromkeys(after, upto), ())

    def _stretch(self, session: Session, after: int, upto: int) -> list[Entry]:
        with self._lock:
            if self._upto != upto or self._after > after:
                rows = direct.run(session.connection(), _STRETCH, (after, upto)).fetchall()
                self._entries = [Entry(row) for row in rows]
                self._after, self._upto = after, upto
            return self._entries
