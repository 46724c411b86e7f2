"""Scores with their intervals: the Net Promoter Score, shares, means. Plain numbers in and out.

A figure of nobody is no figure: functions return None where ``n`` is 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

CONFIDENCE: Final = 0.95
SMALL: Final = 30
"""With fewer answers a figure is shown with a warning."""
PASSIVES_FROM: Final = 7
PROMOTERS_FROM: Final = 9


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, the interval around it, and of how many answers; ``error`` is its standard error."""

    value: float
    low: float
    high: float
    n: int
    error: float

    @property
    def is_small(self) -> bool:
        """Whether it stands on so few answers that it can hardly be told from chance."""
        return self.n < SMALL


@dataclass(frozen=True, slots=True)
class NpsParts:
    """How many are detractors (贬损者, 0-6), passives (被动者, 7-8), promoters (推荐者, 9-10)."""

    detractors: int
    passives: int
    promoters: int

    @property
    def n(self) -> int:
        """How many answered."""
        return self.detractors + self.passives + self.promoters


def nps_group(score: int) -> str:
    """Return ``detractor``, ``passive`` or ``promoter``.

    :raises ValueError: the score is not on the whole scale from 0 to 10.
    """
    if not 0 <= score <= 10:
        raise ValueError("An NPS is answered on the whole scale from 0 to 10.")
    if score >= PROMOTERS_FROM:
        return "promoter"
    return "passive" if score >= PASSIVES_FROM else "detractor"


def nps_parts(counts: Sequence[int]) -> NpsParts:
    """Sum up how often each of 0 to 10 was answered.

    :param counts: eleven numbers.
    :raises ValueError: they are not eleven.
    """
    if len(counts) != 11:
        raise ValueError("An NPS has eleven counts, for 0 to 10.")
    return NpsParts(
        sum(counts[:PASSIVES_FROM]),
        sum(counts[PASSIVES_FROM:PROMOTERS_FROM]),
        sum(counts[PROMOTERS_FROM:]),
    )


def nps(parts: NpsParts, confidence: float = CONFIDENCE) -> Figure | None:
    """Return the Net Promoter Score (净推荐值), -100 to 100, with its adjusted-Wald interval.

    The score is 100 (promoters - detractors) / n (Reichheld 2003). For the interval 3/4 are added
    to promoters and to detractors and 3/2 to passives, so n + 3, and the variance of the difference
    of two shares of one multinomial, p + d - (p - d)^2, is divided by n + 3 (Sauro & Lewis,
    *Quantifying the User Experience*; Agresti & Min 2005 for the adjustment). It is cut at -100
    and 100.
    """
    n = parts.n
    if n == 0:
        return None
    value = 100 * (parts.promoters - parts.detractors) / n
    promoters = (parts.promoters + 0.75) / (n + 3)
    detractors = (parts.detractors + 0.75) / (n + 3)
    middle = promoters - detractors
    error = 100 * math.sqrt((promoters + detractors - middle**2) / (n + 3))
    reach = _z(confidence) * error
    return Figure(
        value, max(-100.0, 100 * middle - reach), min(100.0, 100 * middle + reach), n, error
    )


def share(good: int, n: int, confidence: float = CONFIDENCE) -> Figure | None:
    """Return a share between 0 and 1, such as satisfied of all (客户满意度), with its interval.

    Wilson's (1927), without continuity correction.

    :raises ValueError: ``good`` is not between 0 and ``n``.
    """
    if not 0 <= good <= n:
        raise ValueError("Of n there are 0 to n.")
    if n == 0:
        return None
    p, z = good / n, _z(confidence)
    bottom = 1 + z * z / n
    middle = (p + z * z / (2 * n)) / bottom
    reach = z / bottom * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if good == 0 else max(0.0, middle - reach)
    high = 1.0 if good == n else min(1.0, middle + reach)
    return Figure(p, low, high, n, math.sqrt(p * (1 - p) / n))


def mean(n: int, total: float, squares: float, confidence: float = CONFIDENCE) -> Figure | None:
    """Return a mean from how many, their sum and the sum of their squares, with Student's interval.

    One answer says nothing of how answers differ: its interval is without bounds.
    """
    if n == 0:
        return None
    value = total / n
    if n == 1:
        return Figure(value, -math.inf, math.inf, n, math.inf)
    error = math.sqrt(variance(n, total, squares) / n)
    reach = _t(confidence, n - 1) * error
    return Figure(value, value - reach, value + reach, n, error)


def variance(n: int, total: float, squares: float) -> float:
    """Return the sample variance, from ``n`` - 1, of what has this sum and sum of squares."""
    return max(0.0, (squares - total * total / n) / (n - 1))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _t(confidence: float, freedom: int) -> float:
    from scipy.stats import t  # noqa: PLC0415 -- heavy; only who sees means needs it

    return float(t.ppf((1 + confidence) / 2, freedom))
