"""Pareto/NBD: customers who buy at one rate and die at another (帕累托/负二项模型).

Schmittlein, Morrison & Colombo (1987), "Counting Your Customers". Parameters r and alpha (a time)
describe the rate of buying, s and beta (a time) the rate of leaving for good.
"""

from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.errors import N_, BadHistory
from guanxi_scoring.btyd.histories import checked, gathered
from guanxi_scoring.btyd.model import Lifetimes, fitted_parameters, told
from guanxi_scoring.btyd.pareto_integral import nodes
from guanxi_scoring.btyd.pareto_likelihood import Likelihood
from guanxi_scoring.btyd.sums import dot

Array = NDArray[np.float64]
POINTS: Final = 32
"""Nodes for a score: more than a fit needs, since a score stands alone."""
_CHUNK: Final = 1024


class ParetoNBD(Lifetimes):
    """The Pareto/NBD model; leaving has nothing to do with buying."""

    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    RATES: ClassVar[frozenset[str]] = frozenset({"alpha", "beta"})

    def fit(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Return the model with the parameters that make these histories most probable.

        :param weights: how many customers have each history.
        :raises BadHistory: the figures cannot be.
        :raises CannotFit: nothing can be learnt from them.
        """
        histories = gathered(frequency, recency, T, weights)
        found = fitted_parameters(Likelihood, histories, self.NAMES, self.RATES)
        # A density of x purchases at times in a unit that is ``scale`` times as long.
        value = found.value - dot(histories.x, histories.weights) * np.log(histories.scale)
        return self._from_optimum(found, value, histories.n)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Any:
        """Return P(alive) (Schmittlein, Morrison & Colombo 1987, eq. 11 to 13)."""
        params = np.array(self._values())
        parts = np.broadcast_arrays(*checked(frequency, recency, T))
        x, recent, end = (np.ravel(part) for part in parts)
        alive = np.ones(len(x))
        silent = np.flatnonzero(end > recent)
        for begin in range(0, len(silent), _CHUNK):
            rows = silent[begin : begin + _CHUNK]
            odds = nodes(params, x[rows], recent[rows], end[rows], POINTS).log_odds
            small = np.exp(-np.abs(odds))
            alive[rows] = np.where(odds > 0, small, 1.0) / (1.0 + small)
        return told(alive.reshape(parts[0].shape))

    def expected_purchases_new(self, t: ArrayLike) -> Any:
        """Return the expected repeat purchases until age ``t`` (1987, eq. 17)."""
        times = np.asarray(t, dtype=np.float64)
        return told(self._while_alive(times, np.zeros_like(times), np.zeros_like(times)))

    def _while_alive(self, t: Array, x: Array, end: Array) -> Array:
        """As in eq. 22 of 1987, without its singularity at s = 1."""
        r, alpha, s, beta = self._values()
        longer = np.log1p(t / (beta + end))
        growth = longer if s == 1.0 else -np.expm1(-(s - 1.0) * longer) / (s - 1.0)
        lived: Array = (r + x) / (alpha + end) * (beta + end) * growth
        return lived

    def _drawn_while_alive(
        self, until: Array, x: float, end: float, size: int, draw: np.random.Generator
    ) -> Array:
        """The posteriors are gammas of the rates of buying and of leaving (1987, section 3)."""
        r, alpha, s, beta = self._values()
        rate = draw.gamma(r + x, 1.0 / (alpha + end), size)
        leaving = draw.gamma(s, 1.0 / (beta + end), size)
        with np.errstate(divide="ignore"):
            left = draw.exponential(1.0, size) / leaving
        lived = np.diff(np.minimum(until, left[:, None]), axis=1, prepend=0.0)
        return draw.poisson(rate[:, None] * lived).cumsum(axis=1).astype(np.float64)

    def discounted_residual_purchases(
        self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, rate: float
    ) -> Any:
        """Return DERT: all purchases from now on, discounted (Fader, Hardie & Lee 2005, eq. 2).

        :param rate: discount rate, continuously compounded, per unit of time, above 0.
        """
        r, alpha, s, beta = self._values()
        if not 0 < rate < float("inf"):
            raise BadHistory(N_("The discount rate must be above 0 where no horizon ends the sum."))
        x, _, end = checked(frequency, recency, T)
        ages, where = np.unique(end, return_inverse=True)
        life = (beta + ages) * _discounted_life(rate * (beta + ages), s)
        alive = np.asarray(self.probability_alive(frequency, recency, T))
        return told(alive * (r + x) / (alpha + end) * life[where].reshape(end.shape))


def _discounted_life(z: Array, s: float) -> Array:
    """Integral of exp(-zu) (1+u)^-s over all u > 0: Tricomi's U(1, 2-s, z).

    The trapezoidal rule on log(u) converges like exp(-pi^2 / spacing).
    """
    found = np.empty(len(z))
    for begin in range(0, len(z), _CHUNK):
        part = z[begin : begin + _CHUNK, None]
        logs = np.arange(-38.0, np.log(50.0 / part.min()) + 0.25, 0.25)
        terms = np.exp(logs - part * np.exp(logs) - s * np.logaddexp(0.0, logs))
        found[begin : begin + _CHUNK] = 0.25 * terms.sum(axis=1)
    return found
