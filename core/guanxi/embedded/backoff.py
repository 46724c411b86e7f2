"""How long to wait before a program that ended is started again."""

_FIRST, _LONGEST = 0.5, 30.0
_HEALTHY = 60.0
"""Seconds after which a program counts as well, and its earlier ends are forgotten."""

_AT_ONCE_AFTER = 5.0
"""A program that asks for a restart sooner than this after its start waits like any other."""


class Backoff:
    """A waiting time that doubles with each quick end; seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._next_delay = _FIRST
        self._started_at = 0.0
        self._due_at = 0.0

    def started(self, now: float) -> None:
        """Note that the program runs."""
        self._started_at = now

    def ended(self, now: float, *, wanted: bool) -> float:
        """Note that it ended and return the seconds to wait; ``wanted`` means it asked for it."""
        ran = now - self._started_at
        if ran >= _HEALTHY:
            self._next_delay = _FIRST
        if wanted and ran >= _AT_ONCE_AFTER:
            delay = 0.0
        else:
            delay = self._next_delay
            self._next_delay = min(delay * 2, _LONGEST)
        self._due_at = now + delay
        return delay

    def is_over(self, now: float) -> bool:
        """Tell whether the program may be started."""
        return now >= self._due_at
