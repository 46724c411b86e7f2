"""Whether two figures differ by more than chance, and whether one goes up or down over time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from guanxi_surveys.figures.intervals import (
    CONFIDENCE,
    Figure,
    NpsParts,
    nps,
    share,
    variance,
)

SIGNIFICANT: Final = 0.05
LEAST_POINTS: Final = 3
"""A trend needs so many periods."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The second less the first, its interval, and how likely chance alone does as much."""

    value: float
    low: float
    high: float
    p: float

    @property
    def is_significant(self) -> bool:
        """Whether chance alone would do this in fewer than 5 of 100 cases."""
        return self.p < SIGNIFICANT


def nps_difference(
    before: NpsParts, after: NpsParts, confidence: float = CONFIDENCE
) -> Difference | None:
    """Compare two Net Promoter Scores of different people; None where one has no answers.

    The variances of the adjusted scores add up (see :func:`intervals.nps`); two-sided z-test.
    """
    first, second = nps(before, confidence), nps(after, confidence)
    if first is None or second is None:
        return None
    middles = [(one.promoters - one.detractors) / (one.n + 3) * 100 for one in (before, after)]
    error = math.hypot(first.error, second.error)
    return _normal(second.value - first.value, middles[1] - middles[0], error, confidence)


def share_difference(
    good_before: int, n_before: int, good_after: int, n_after: int, confidence: float = CONFIDENCE
) -> Difference | None:
    """Compare two shares of different people; None where one has no answers.

    The interval is Newcombe's hybrid score (1998, method 10); the test is the pooled two-sided z.
    """
    first, second = share(good_before, n_before, confidence), share(good_after, n_after, confidence)
    if first is None or second is None:
        return None
    value = second.value - first.value
    low = value - math.hypot(second.value - second.low, first.high - first.value)
    high = value + math.hypot(second.high - second.value, first.value - first.low)
    pooled = (good_before + good_after) / (n_before + n_after)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n_before + 1 / n_after))
    return Difference(value, max(-1.0, low), min(1.0, high), _two_sided(value, error))


def mean_difference(
    before: tuple[int, float, float],
    after: tuple[int, float, float],
    confidence: float = CONFIDENCE,
) -> Difference | None:
    """Compare two means, each of how many, sum, sum of squares; None where one has under two.

    Welch (1947): the variances may differ.
    """
    from scipy.stats import t  # noqa: PLC0415 -- heavy; only who compares means needs it

    if before[0] < 2 or after[0] < 2:
        return None
    parts = [variance(*one) / one[0] for one in (before, after)]
    value = after[1] / after[0] - before[1] / before[0]
    error = math.sqrt(sum(parts))
    if error == 0:
        return Difference(value, value, value, 1.0 if value == 0 else 0.0)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (before[0] - 1) + parts[1] ** 2 / (after[0] - 1))
    reach = float(t.ppf((1 + confidence) / 2, freedom)) * error
    return Difference(
        value, value - reach, value + reach, float(2 * t.sf(abs(value) / error, freedom))
    )


@dataclass(frozen=True, slots=True)
class Trend:
    """How much a figure changes per period, the interval around it, and ``p`` as above."""

    slope: float
    low: float
    high: float
    p: float

    @property
    def is_significant(self) -> bool:
        """Whether chance alone would do this in fewer than 5 of 100 cases."""
        return self.p < SIGNIFICANT


def trend(points: Sequence[tuple[float, Figure]], confidence: float = CONFIDENCE) -> Trend | None:
    """Fit a straight line through figures over time, the surer ones counting more.

    Weighted least squares with weights 1 / error^2, errors taken as known (inverse-variance
    weighting, as in meta-regression); two-sided z-test of the slope. None with fewer than three
    periods whose error is known.

    :param points: when, in periods such as weeks, and the figure of that period.
    """
    known = [(at, one) for at, one in points if 0 < one.error < math.inf]
    if len(known) < LEAST_POINTS:
        return None
    weights = [one.error**-2 for _, one in known]
    whole = math.fsum(weights)
    centre = math.fsum(w * at for w, (at, _) in zip(weights, known, strict=True)) / whole
    spread = math.fsum(w * (at - centre) ** 2 for w, (at, _) in zip(weights, known, strict=True))
    if spread == 0:
        return None
    slope = (
        math.fsum(
            w * (at - centre) * one.value for w, (at, one) in zip(weights, known, strict=True)
        )
        / spread
    )
    found = _normal(slope, slope, spread**-0.5, confidence)
    return Trend(slope, found.low, found.high, found.p)


def _normal(value: float, middle: float, error: float, confidence: float) -> Difference:
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Difference(value, middle - reach, middle + reach, _two_sided(middle, error))


def _two_sided(value: float, error: float) -> float:
    if error == 0:
        return 1.0 if value == 0 else 0.0
    return math.erfc(abs(value) / error / math.sqrt(2))
