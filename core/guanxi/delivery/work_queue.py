"""The units of work that threads share: each at most once, and never all threads on one reader."""

from collections import Counter, deque
from collections.abc import Iterable
from threading import Condition
from time import monotonic

from guanxi.delivery.bookmarks import Due, Unit


class WorkQueue:
    """What is due, handed out fairly.

    :param per_reader: so many threads may work for one reader, so that one whose handlers are
        slow leaves the others to everybody else.
    """

    def __init__(self, per_reader: int) -> None:
        self._per_reader = per_reader
        self._changed = Condition()
        self._waiting: deque[Due] = deque()
        self._known: set[Unit] = set()
        self._busy: Counter[str] = Counter()
        self._closed = False

    def offer(self, items: Iterable[Due]) -> None:
        """Add what is neither waiting nor being done."""
        with self._changed:
            for item in items:
                if item.unit not in self._known:
                    self._known.add(item.unit)
                    self._waiting.append(item)
            self._changed.notify_all()

    def take(self) -> Due | None:
        """Wait for something to do; None once the queue is closed."""
        with self._changed:
            while not self._closed:
                for item in self._waiting:
                    if self._busy[item.unit.reader] < self._per_reader:
                        self._waiting.remove(item)
                        self._busy[item.unit.reader] += 1
                        return item
                self._changed.wait()
            return None

    def done(self, item: Due, *, more: bool) -> None:
        """Give back what was taken; with ``more`` to do it waits in line again."""
        with self._changed:
            self._busy[item.unit.reader] -= 1
            if more:
                self._waiting.append(Due(item.unit, retry=False))
            else:
                self._known.discard(item.unit)
            self._changed.notify_all()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is waiting or being done, at most so long; tell whether that is so."""
        until = monotonic() + seconds
        with self._changed:
            while self._known and not self._closed:
                if not self._changed.wait(until - monotonic()):
                    break
            return not self._known

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
