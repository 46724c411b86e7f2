"""Population stability (群体稳定性): whether those who are scored still resemble the training."""

from collections.abc import Sequence
from math import log
from typing import Final, Literal

WATCH: Final = 0.1
ALARM: Final = 0.25
LEAST: Final = 0.0001
"""The share that an empty class counts as, so that the logarithm is finite."""


def stability_index(expected: Sequence[float], actual: Sequence[float]) -> float:
    """Return the population stability index of two distributions over the same classes.

    ``sum((actual - expected) * ln(actual / expected))`` of shares; counts do as well. Below 0.1
    stable, to 0.25 to be watched, above an alarm: Siddiqi, Credit Risk Scorecards (2006),
    chapter 8, "System stability report".

    :raises ValueError: the two do not have the same classes, or one holds nobody.
    """
    if len(expected) != len(actual) or sum(expected) <= 0 or sum(actual) <= 0:
        raise ValueError("Two distributions over the same classes are compared.")
    return sum(
        (a - e) * log(a / e) for e, a in zip(_shares(expected), _shares(actual), strict=True)
    )


def verdict(
    index: float, watch: float = WATCH, alarm: float = ALARM
) -> Literal["stable", "watch", "alarm"]:
    """Return what an index means."""
    if index < watch:
        return "stable"
    return "watch" if index < alarm else "alarm"


def _shares(counts: Sequence[float]) -> list[float]:
    total = sum(counts)
    return [max(one / total, LEAST) for one in counts]
