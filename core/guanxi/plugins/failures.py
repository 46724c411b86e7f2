"""Failures of hooks, counted in memory: what to write down, and who failed too often.

``plugins.health`` writes the counts to the database, never in the transaction that failed.
"""

import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

LINES = 12
"""How much of a traceback is kept: its last lines."""


@dataclass(slots=True)
class Failure:
    """Failures of one plugin's hook since they were last written down."""

    count: int
    last_at: datetime
    last_error: str


class Breaker:
    """Says when a plugin failed ``limit`` times within ``seconds``, once each time."""

    def __init__(
        self, limit: int = 10, seconds: float = 60.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._failures: dict[str, deque[float]] = {}

    def trips(self, plugin: str) -> bool:
        """Count one failure; True if it was one too many. Counting then starts anew."""
        now = self._clock()
        recent = self._failures.setdefault(plugin, deque(maxlen=self._limit))
        recent.append(now)
        if len(recent) == self._limit and now - recent[0] <= self._seconds:
            recent.clear()
            return True
        return False


class Failures:
    """What failed in this process and has not been written down yet."""

    def __init__(self, breaker: Breaker, clock: Callable[[], datetime]) -> None:
        self._breaker = breaker
        self._clock = clock
        self._failures: dict[tuple[str, str], Failure] = {}
        self._tripped: dict[str, str] = {}
        self._lock = Lock()

    def add(self, plugin: str, hook: str, error: BaseException) -> bool:
        """Count one failure; True if the plugin failed too often.

        Handlers of events are not judged here: ``delivery`` sets aside what they cannot digest,
        and knows whether they fail for everybody.
        """
        shown = describe(error)
        with self._lock:
            count = self._failures[plugin, hook].count if (plugin, hook) in self._failures else 0
            self._failures[plugin, hook] = Failure(count + 1, self._clock(), shown)
            trips = not hook.startswith("on_") and self._breaker.trips(plugin)
            if trips:
                self._tripped[plugin] = shown.splitlines()[-1]
            return trips

    def take(self) -> tuple[dict[tuple[str, str], Failure], dict[str, str]]:
        """Return what failed, and who failed too often with the last error; start anew."""
        with self._lock:
            failures, self._failures = self._failures, {}
            tripped, self._tripped = self._tripped, {}
            return failures, tripped

    def put_back(self, failures: dict[tuple[str, str], Failure], tripped: dict[str, str]) -> None:
        """Keep what could not be written for the next time."""
        with self._lock:
            for key, earlier in failures.items():
                later = self._failures.setdefault(key, earlier)
                if later is not earlier:
                    later.count += earlier.count
            self._tripped = tripped | self._tripped


def describe(error: BaseException) -> str:
    """Return the last lines of the traceback; the last one is the exception itself."""
    lines = "".join(traceback.format_exception(error)).rstrip().splitlines()
    return "\n".join(lines[-LINES:])
