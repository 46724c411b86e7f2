"""The units of work that threads share: each at most once, and never all threads on one reader."""

from collections import Counter, deque
from collections.abc import Collection, Iterable
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
        self._known: set[tuple[str, int]] = set()
        self._busy: Counter[str] = Counter()
        self._closed = False

    def offer(self, items: Iterable[Due]) -> None:
        """Add the parts of the log that are neither waiting nor being worked on."""
        with self._changed:
            for (reader, partitions), retry in items:
                new = tuple(p for p in partitions if (reader, p) not in self._known)
                if new:
                    self._known.update((reader, p) for p in new)
                    self._waiting.append(Due(Unit(reader, new), retry))
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

    def done(self, item: Due, *, more: Collection[int] = ()) -> None:
        """Give back what was taken; parts with ``more`` to do wait in line again, one by one."""
        reader, partitions = item.unit
        with self._changed:
            self._busy[reader] -= 1
            self._known.difference_update((reader, p) for p in partitions if p not in more)
            self._waiting.extend(Due(Unit(reader, (p,)), retry=False) for p in more)
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
