"""Delivery by several threads: one looks for what is due, the others do it."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import structlog

from guanxi.delivery.bookmarks import Due
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.listening import Listener
from guanxi.delivery.reader import ReaderSet
from guanxi.delivery.work_queue import WorkQueue

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds between looks where nothing is heard: for retries, and for lost notifications."""

LOOK_WHILE_BUSY = 0.25
LONGEST_REST = 1.0
REST, REST_PER_READER = 0.02, 0.01
MOST_REST = 15
"""A steady trickle is gathered: the pool rests so many seconds, and more for each reader that had
something to do; where delivering took long, as long as it took times the readers, but at most times
so many. So twenty of them do not cost a busy web server its processor, and one is not kept waiting.
A backlog is worked off without rest."""


class DeliveryPool:
    """Threads that deliver until stopped.

    :param source: returns the readers at work now; asked before each look.
    """

    def __init__(
        self, delivery: Delivery, source: Callable[[], ReaderSet], url: str, *, threads: int = 4
    ) -> None:
        self._delivery = delivery
        self._source = source
        self._url = url
        self._queue = WorkQueue(per_reader=max(1, threads // 2))
        self._stopping = Event()
        self._readers = ReaderSet(generation=-1)
        self._upto = 0
        self._backlog = False
        # Daemons: a handler that hangs for ever must not keep the process from ending.
        self._threads = [
            Thread(target=self._watch, name="delivery-look", daemon=True),
            *(
                Thread(target=self._work, name=f"delivery-{n}", daemon=True)
                for n in range(1, threads + 1)
            ),
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> bool:
        """Let the steps in progress finish, at most so long; tell whether all did."""
        self._stopping.set()
        self._queue.close()
        until = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _watch(self) -> None:
        with Listener(self._url) as listener:
            while not self._stopping.is_set():
                try:
                    self._round(listener)
                except Exception as error:  # noqa: BLE001 -- the database may be gone for a while
                    log.warning("delivery.look_failed", error=str(error))
                    self._stopping.wait(POLL)

    def _round(self, listener: Listener) -> None:
        """Look once, see to it that what is due gets done, or wait if there is nothing."""
        listener.listen()
        readers = self._source()
        if readers.generation != self._readers.generation:
            self._delivery.prepare(readers)
        self._readers = readers
        due, self._upto = self._delivery.look(readers)
        if not due:
            listener.wait(POLL)
            return
        self._backlog = False
        started = monotonic()
        self._queue.offer(due)
        if self._queue.wait_until_idle(LOOK_WHILE_BUSY) and not self._backlog:
            by_work = min(len(due), MOST_REST) * (monotonic() - started)
            rest = max(REST + REST_PER_READER * len(due), by_work)
            self._stopping.wait(min(LONGEST_REST, rest))

    def _work(self) -> None:
        while (item := self._queue.take()) is not None:
            more: tuple[int, ...] = ()
            try:
                more = self._do(item)
            except BaseException:  # an interrupt that was meant for a handler and came late
                log.exception("delivery.thread_failed", reader=item.unit.reader)
            finally:
                self._queue.done(item, more=more)

    def _do(self, item: Due) -> tuple[int, ...]:
        progress = self._delivery.run(self._readers, item, self._upto)
        if progress is None or not progress.more:
            return ()
        self._backlog = True
        return () if self._stopping.is_set() else progress.more
