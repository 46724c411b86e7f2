"""Log-likelihood of the BG/BB with exact first and second derivatives.

Fader, Hardie & Shang (2010), eq. 4: a history is explained by still being alive after n periods,
or by having left after m of them, for each m from the last purchase on. All beta functions are
ratios of rising factorials, whose logarithms are running sums.
"""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from guanxi_scoring.btyd.newton import Evaluated

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
_EXPLANATIONS: Final = 8192


class Likelihood:
    """The log-likelihood as a function of (alpha, beta, gamma, delta), for some histories."""

    def __init__(self, x: Array, recency: Array, periods: Array, weights: Array) -> None:
        self._rows = (x, recency, periods)
        self._weights = weights
        self._parts = _parts(recency, periods)

    def __call__(self, params: Array) -> Evaluated:
        """Return value, gradient and Hessian."""
        value, slope, bend = 0.0, np.zeros(4), np.zeros((4, 4))
        ladders = _Ladders(params, int(self._rows[2].max()) + 1)
        for part in self._parts:
            found = _Explained(ladders, *(row[part] for row in self._rows))
            weights = self._weights[part]
            value += float(weights @ found.log_likelihood)
            slopes = found.slopes()
            mean = found.mean(slopes)
            slope += mean @ weights
            each = found.share * np.repeat(weights, found.sizes)
            bend += (slopes * each) @ slopes.T - (mean * weights) @ mean.T
            bend += found.bends(each)
        return value, slope, bend


def per_history(params: Array, x: Array, recency: Array, periods: Array) -> Array:
    """Return the probability of still being alive after the last period."""
    alive = np.empty(len(x))
    ladders = _Ladders(params, int(periods.max()) + 1 if len(periods) else 1)
    for part in _parts(recency, periods):
        found = _Explained(ladders, x[part], recency[part], periods[part])
        alive[part] = found.share[found.begins]
    return alive


def _parts(recency: Array, periods: Array) -> list[slice]:
    """Cut the histories into parts that do not have too many explanations each."""
    ends = np.cumsum(periods - recency + 1)
    cuts = np.searchsorted(ends, np.arange(0.0, ends[-1] if len(ends) else 0.0, _EXPLANATIONS))
    bounds = np.unique(np.concatenate([cuts, [len(ends)]])).tolist()
    return [slice(a, b) for a, b in pairwise(bounds)]


class _Ladders:
    """For each shape: sums of log, 1/ and -1/ squared of shape + k over k below a count."""

    def __init__(self, params: Array, longest: int) -> None:
        alpha, beta, gamma, delta = params.tolist()
        self.gamma = gamma
        steps = np.arange(longest + 1, dtype=np.float64)
        self.alpha, self.beta, self.both, self.delta, self.leaving = (
            _ladder(shape, steps) for shape in (alpha, beta, alpha + beta, delta, gamma + delta)
        )


def _ladder(shape: float, steps: Array) -> Array:
    base = shape + steps
    rows = np.stack([np.log(base), 1.0 / base, -1.0 / base**2])
    return np.concatenate([np.zeros((3, 1)), rows.cumsum(axis=1)], axis=1)


class _Explained:
    """All explanations of some histories, one after the other; of each, being alive is first."""

    def __init__(self, ladders: _Ladders, x: Array, recency: Array, periods: Array) -> None:
        counts, last, ends = (row.astype(np.int64) for row in (x, recency, periods))
        self.sizes = ends - last + 1
        self.begins = np.cumsum(self.sizes) - self.sizes
        place = np.arange(int(self.sizes.sum())) - np.repeat(self.begins, self.sizes)
        alive = place == 0
        until = np.repeat(last, self.sizes) + place - 1
        until[alive] = ends
        bought = np.repeat(counts, self.sizes)
        self.died = (~alive).astype(np.float64)
        self._gamma = ladders.gamma
        self._alpha, self._beta = ladders.alpha[:, bought], ladders.beta[:, until - bought]
        self._both, self._delta = ladders.both[:, until], ladders.delta[:, until]
        self._leaving = ladders.leaving[:, until + ~alive]
        logs = self._alpha[0] + self._beta[0] - self._both[0] + self._delta[0] - self._leaving[0]
        logs += self.died * np.log(ladders.gamma)
        top = np.maximum.reduceat(logs, self.begins)
        self.share = np.exp(logs - np.repeat(top, self.sizes))
        total = np.add.reduceat(self.share, self.begins)
        self.share /= np.repeat(total, self.sizes)
        self.log_likelihood = top + np.log(total)

    def slopes(self) -> Array:
        """First derivatives of the logarithm of each explanation."""
        return np.stack(
            [
                self._alpha[1] - self._both[1],
                self._beta[1] - self._both[1],
                self.died / self._gamma - self._leaving[1],
                self._delta[1] - self._leaving[1],
            ]
        )

    def mean(self, values: Array) -> Array:
        """Mean over the explanations of each history."""
        result: Array = np.add.reduceat(values * self.share, self.begins, axis=1)
        return result

    def bends(self, weights: Array) -> Array:
        """Weighted sum of the second derivatives of the logarithms."""
        bend = np.zeros((4, 4))
        bend[:2, :2] -= float(self._both[2] @ weights)
        bend[2:, 2:] -= float(self._leaving[2] @ weights)
        bend[0, 0] += float(self._alpha[2] @ weights)
        bend[1, 1] += float(self._beta[2] @ weights)
        bend[2, 2] -= float(self.died @ weights) / self._gamma**2
        bend[3, 3] += float(self._delta[2] @ weights)
        return bend
