"""Delivery: run what is due, step by step, and decide what becomes of a reader that fails.

It has no threads of its own; ``pool.py`` calls it from several, and :meth:`Delivery.drain` from
one. Between processes the bookmarks' row locks divide the work.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import structlog
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.delivery import bookmarks
from guanxi.delivery.attempt import Overwhelmed, Streak
from guanxi.delivery.bookmarks import Due, Held, Unit
from guanxi.delivery.failure import is_passing
from guanxi.delivery.guard import BrokenTransaction
from guanxi.delivery.reader import Reader, ReaderSet
from guanxi.delivery.recent import Recent
from guanxi.delivery.retrying import retry_due
from guanxi.delivery.step import OneByOne, Progress, Work, deliver, together
from guanxi.events import Vocabulary, horizon
from guanxi.plugins.dispatch import Dispatcher

log = structlog.get_logger(__name__)

REST_AFTER_FAILURE = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds that a unit of work is left alone after its first, second... failure as a whole."""

Quarantine = Callable[[str, str], None]
"""Switch a plugin off for safety: its name, and why."""


class Delivery:
    """Delivers events on one database.

    :param quarantine: told of a plugin that fails for everybody; its bookmarks stay.
    :param time_limit: seconds that one step may take in the database.
    :param strict: let the first failure of a handler through, for tests of plugins.
    """

    def __init__(
        self,
        database: Database,
        vocabulary: Vocabulary,
        *,
        dispatcher: Dispatcher | None = None,
        quarantine: Quarantine | None = None,
        time_limit: float = 60.0,
        strict: bool = False,
    ) -> None:
        self._database = database
        self._vocabulary = vocabulary
        self._dispatcher = dispatcher
        self._quarantine = quarantine
        self._time_limit = time_limit
        self._strict = strict
        self._recent = Recent(vocabulary)
        self._streaks: dict[str, Streak] = {}
        self._failures: dict[Unit, tuple[int, float]] = {}

    def prepare(self, readers: ReaderSet) -> None:
        """Give readers that are new their bookmarks, at the start of the log."""
        with self._database.write(SYSTEM, now=utc_now()) as session:
            for name in readers.readers:
                bookmarks.start_reader(session, name)

    def look(self, readers: ReaderSet) -> tuple[list[Due], int]:
        """Return what is due now, and the horizon up to which it may be read."""
        with self._database.read() as session:
            upto = horizon(session)
            due = bookmarks.due_units(session, list(readers.readers), upto=upto, now=utc_now())
        now = monotonic()
        return [item for item in due if self._resting_until(item.unit) <= now], upto

    def drain(self, readers: ReaderSet) -> int:
        """Deliver until nothing is due; return the number of events. For tests and commands."""
        self.prepare(readers)
        events = 0
        while True:
            due, upto = self.look(readers)
            done = [progress for item in due if (progress := self.run(readers, item, upto))]
            if not done:
                return events
            events += sum(progress.events for progress in done)

    def run(self, readers: ReaderSet, due: Due, upto: int) -> Progress | None:
        """Do one step; a failure is noted, never raised (except when strict).

        :return: None where nothing was done: it failed, another worker is at it, the reader is
            not at work any more, or ``readers`` is out of date.
        """
        reader = readers.of(due.unit.reader)
        if reader is None:
            return None
        try:
            progress = self._step(readers, reader, due, upto)
        except Exception as error:
            if self._strict:
                raise
            self._note_failure(due.unit, error)
            return None
        self._failures.pop(due.unit, None)
        return progress

    def _step(self, readers: ReaderSet, reader: Reader, due: Due, upto: int) -> Progress | None:
        unit, generation = due.unit, readers.generation
        if due.retry and not self._retry(reader, unit, generation):
            return None
        try:
            return self._deliver(reader, unit, generation, upto, together)
        except Exception as error:
            if self._strict or is_passing(error):
                raise
        streak = self._streaks.setdefault(reader.name, Streak())
        try:
            return self._deliver(reader, unit, generation, upto, OneByOne(streak))
        except (Overwhelmed, BrokenTransaction) as error:
            if self._quarantine is None or not reader.plugin:
                raise
            log.error("delivery.quarantined", reader=reader.name, exc_info=error)  # noqa: TRY400
            self._quarantine(reader.name, str(error))
            return None

    def _deliver(
        self, reader: Reader, unit: Unit, generation: int, upto: int, work: Work
    ) -> Progress | None:
        with self._holding(reader, unit, generation) as (session, held):
            if held is None:
                return None
            return deliver(
                session,
                reader,
                work,
                vocabulary=self._vocabulary,
                positions=held.positions,
                upto=upto,
                recent=self._recent,
            )

    def _retry(self, reader: Reader, unit: Unit, generation: int) -> bool:
        with self._holding(reader, unit, generation) as (session, held):
            if held is not None:
                mine = Unit(unit.reader, tuple(held.positions))
                retry_due(session, reader, mine, vocabulary=self._vocabulary)
        return held is not None

    @contextmanager
    def _holding(
        self, reader: Reader, unit: Unit, generation: int
    ) -> Iterator[tuple[Session, Held | None]]:
        """Open the transaction of a step, with the bookmarks locked that nobody else has."""
        with self._database.write(
            reader.actor, now=utc_now(), dispatcher=self._dispatcher
        ) as session:
            held = bookmarks.hold(session, unit, time_limit=self._time_limit)
            current = held is not None and held.generation == generation
            yield session, held if current else None

    def _resting_until(self, unit: Unit) -> float:
        return self._failures.get(unit, (0, 0.0))[1]

    def _note_failure(self, unit: Unit, error: Exception) -> None:
        failures = self._failures.get(unit, (0, 0.0))[0]
        rest = REST_AFTER_FAILURE[min(failures, len(REST_AFTER_FAILURE) - 1)]
        self._failures[unit] = (failures + 1, monotonic() + rest)
        log.warning(
            "delivery.step_failed",
            reader=unit.reader,
            parts=unit.partitions,
            failures=failures + 1,
            rest=rest,
            exc_info=error,
        )
