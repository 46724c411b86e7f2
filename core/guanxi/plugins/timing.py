"""How long hooks take: calls counted in buckets that double in width, so p50 and p95 are cheap.

A process counts in memory; ``plugins.health`` adds the counts to the database now and then.
Counting takes no lock: two threads in the same instant may lose a call, which no quantile shows.
"""

from collections.abc import Sequence

FINEST = 10_000
"""Width of the first bucket in nanoseconds."""

BOUNDS: tuple[float, ...] = tuple(FINEST * 2**i / 1e9 for i in range(24))
"""Upper bounds in seconds, from 10 microseconds to 84 seconds; one more bucket holds the rest."""

_LAST = len(BOUNDS)


class Timing:
    """Calls of one plugin's hook: a count per bucket and the nanoseconds in all."""

    __slots__ = ("buckets", "nanoseconds")

    def __init__(self) -> None:
        self.buckets = [0] * (_LAST + 1)
        self.nanoseconds = 0

    @property
    def seconds(self) -> float:
        """The time of all calls together."""
        return self.nanoseconds / 1e9

    def add(self, nanoseconds: int) -> None:
        """Count one call."""
        bucket = (nanoseconds // FINEST).bit_length()
        self.buckets[bucket if bucket < _LAST else _LAST] += 1  # noqa: FURB136 -- called per hook
        self.nanoseconds += nanoseconds

    def take(self) -> "Timing":
        """Return what was counted so far and start anew."""
        taken = Timing()
        taken.buckets, self.buckets = self.buckets, taken.buckets
        taken.nanoseconds, self.nanoseconds = self.nanoseconds, 0
        return taken


class Timings:
    """The counts of this process, by plugin and hook."""

    def __init__(self) -> None:
        self._timings: dict[tuple[str, str], Timing] = {}

    def of(self, plugin: str, hook: str) -> Timing:
        """Return the one counter of this plugin's hook."""
        return self._timings.setdefault((plugin, hook), Timing())

    def add(self, plugin: str, hook: str, seconds: float) -> None:
        """Count one call."""
        self.of(plugin, hook).add(int(seconds * 1e9))

    def take(self) -> dict[tuple[str, str], Timing]:
        """Return what was counted since the last time, without hooks that nobody called."""
        taken = {key: timing.take() for key, timing in list(self._timings.items())}
        return {key: timing for key, timing in taken.items() if any(timing.buckets)}


def quantile(buckets: Sequence[int], share: float) -> float | None:
    """Return the time in seconds that ``share`` of the calls did not exceed; None without calls.

    The answer is the upper bound of the bucket in which the share is reached.
    """
    wanted, seen = sum(buckets) * share, 0
    for bound, count in zip((*BOUNDS, BOUNDS[-1] * 2), buckets, strict=True):
        seen += count
        if count and seen >= wanted:
            return bound
    return None
