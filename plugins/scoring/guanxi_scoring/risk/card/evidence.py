"""Weight of evidence (证据权重) and information value (信息价值) from counts of good and bad."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

HALF: Final = 0.5
"""What a bin without good or without bad cases gets of each, so that its logarithm is finite."""
UNPREDICTIVE: Final = 0.02
SUSPICIOUS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one bin says: its counts, its weight, and its part of the information value."""

    good: int
    bad: int
    woe: float
    iv: float


def evidence(counts: Sequence[tuple[int, int]], good: int, bad: int) -> list[Evidence]:
    """Return the evidence of each bin, from its counts (good, bad) and those of all cases.

    ``woe = ln((good_i / good) / (bad_i / bad))``; ``iv_i = (good_i/good - bad_i/bad) * woe_i``:
    Siddiqi, Credit Risk Scorecards (2006), chapter 6. A positive weight is better than average.
    A bin without one of the two counts half a case more of each (Agresti 2013, section 3.1).
    An empty bin says nothing: 0.
    """
    return [_one(g, b, good, bad) for g, b in counts]


def _one(g: int, b: int, good: int, bad: int) -> Evidence:
    if g + b == 0:
        return Evidence(0, 0, 0.0, 0.0)
    extra = 0.0 if g and b else HALF
    share_good, share_bad = (g + extra) / good, (b + extra) / bad
    woe = log(share_good / share_bad)
    return Evidence(g, b, woe, (share_good - share_bad) * woe)


def information_value(found: Sequence[Evidence]) -> float:
    """Return the information value of a characteristic.

    Rule of thumb: below 0.02 unpredictive, to 0.1 weak, to 0.3 medium, above strong; above 0.5
    suspicious (Siddiqi 2006, chapter 6).
    """
    return sum(one.iv for one in found)
