"""What gaps are usual: each customer's own, shrunk to those of all (empirical Bayes, 经验贝叶斯).

A customer's gaps are gamma distributed with a shape k that all share (regularity) and a rate of
their own; the rates are gamma distributed over customers with shape a and rate b (in days). It is
the timing process of Platzer and Reutterer (2016), "Ticking away the moments"; the integrals are
those of Fader and Hardie (2013), "The Gamma-Gamma model of monetary value", equations 1a and 5.
After n gaps of S days together the rate is Gamma(a + kn, b + S), and the next gap is distributed
as ``(b + S) B / (1 - B)`` with B ~ Beta(k, a + kn). Its quantile is thus a factor that depends on
n alone, times ``b + S``: factors are stored, and no library is needed when customers come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LEAST_CUSTOMERS: Final = 30
"""Fewer customers with enough gaps do not say what is usual."""
MOST_ROWS: Final = 200_000
FACTORS: Final = 1_000
"""Beyond so many gaps factors go on in proportion to 1 / (a + kn), with an error below 0.1 %."""
_BOUNDS: Final = ((-3.0, 6.0), (-3.0, 12.0), (-7.0, 21.0))
"""Of the logarithms of k, a, b: where all gaps are alike there is no maximum, but a sharp peak."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Identical customers together: number of gaps, their sum in days, how many customers."""

    gaps: Sequence[int]
    days: Sequence[int]
    weights: Sequence[int]
    logs: float
    """The sum of the natural logarithms of all gaps."""


@dataclass(frozen=True, slots=True)
class Population:
    """k, a and b as above."""

    shape: float
    prior_shape: float
    prior_rate: float


def fit(found: Gaps) -> Population:
    """Return the most likely k, a and b: maximum of the marginal likelihood of all gaps."""
    import numpy as np  # noqa: PLC0415 -- only the job that fits needs them
    from scipy.optimize import minimize  # noqa: PLC0415 -- as above

    n, days = (np.asarray(one, dtype=float) for one in (found.gaps, found.days))
    weights = np.asarray(found.weights, dtype=float)
    mean = float((weights * days).sum() / (weights * n).sum())
    # In mean gaps, so that the optimiser sees numbers near 1.
    scaled = days / mean
    logs = found.logs - float((weights * n).sum()) * np.log(mean)
    result = minimize(
        _loss,
        x0=np.array([0.0, 0.7, 0.7]),
        args=(n, scaled, weights, logs),
        jac=True,
        method="L-BFGS-B",
        bounds=_BOUNDS,
    )
    k, a, b = np.exp(result.x)
    return Population(float(k), float(a), float(b) * mean)


def _loss(logged: Any, n: Any, days: Any, weights: Any, logs: float) -> tuple[float, Any]:
    """Return the mean negative log likelihood and its gradient in the logarithms."""
    import numpy as np  # noqa: PLC0415 -- as above
    from scipy.special import digamma, gammaln  # noqa: PLC0415 -- as above

    k, a, b = np.exp(logged)
    total = (weights * n).sum()
    shape, rate = a + k * n, np.log(b + days)
    each = a * np.log(b) - gammaln(a) + gammaln(shape) - shape * rate
    value = (weights * each).sum() + (k - 1) * logs - total * gammaln(k)
    inner = digamma(shape) - rate
    by_k = (weights * n * inner).sum() + logs - total * digamma(k)
    by_a = (weights * (np.log(b) - digamma(a) + inner)).sum()
    by_b = (weights * (a / b - shape / (b + days))).sum()
    gradient = np.array([by_k * k, by_a * a, by_b * b])
    return float(-value / total), -gradient / total


def factors(found: Population, quantile: float, most: int = FACTORS) -> list[float]:
    """Return the factors of a quantile for 0 to ``most`` gaps."""
    import numpy as np  # noqa: PLC0415 -- as above
    from scipy.special import betaincinv  # noqa: PLC0415 -- as above

    n = np.arange(most + 1)
    at = betaincinv(found.shape, found.prior_shape + found.shape * n, quantile)
    return [float(one) for one in at / (1 - at)]
