"""BG/BB (贝塔几何/贝塔二项模型): customers with one chance to buy per period, such as a year.

Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting".
A living customer buys in a period with a probability from Beta(alpha, beta) and leaves before one
with a probability from Beta(gamma, delta). Times are counts of periods: T of them so far, the last
purchase in the ``recency``-th.
"""

from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.beta_binomial_likelihood import Likelihood, per_history
from guanxi_scoring.btyd.errors import N_, BadHistory
from guanxi_scoring.btyd.histories import checked, gathered
from guanxi_scoring.btyd.model import Lifetimes, told
from guanxi_scoring.btyd.newton import maximum

Array = NDArray[np.float64]
MOST_PERIODS: Final = 10_000


class BetaGeoBetaBinom(Lifetimes):
    """The BG/BB model."""

    NAMES: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")

    def fit(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Return the model with the parameters that make these histories most probable.

        :param frequency: periods with a purchase, of ``T``; the first purchase of all is before.
        :param weights: how many customers have each history.
        :raises BadHistory: the figures cannot be.
        :raises CannotFit: nothing can be learnt from them.
        """
        x, last, periods = _in_periods(frequency, recency, T)
        found = gathered(x, last, periods, weights)
        last, periods = np.rint(found.recency * found.scale), np.rint(found.T * found.scale)
        evaluate = Likelihood(found.x, last, periods, found.weights)
        optimum = maximum(evaluate, self.NAMES, np.ones(4))
        return self._from_optimum(optimum, optimum.value, found.n)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Any:
        """Return the probability of being alive in the last period (2010, eq. 11 without n+1)."""
        params = np.array(self._values())
        parts = np.broadcast_arrays(*_in_periods(frequency, recency, T))
        rows, where = np.unique(
            np.stack([np.ravel(part) for part in parts]), axis=1, return_inverse=True
        )
        alive = per_history(params, *rows)
        return told(alive[where].reshape(parts[0].shape))

    def expected_purchases_new(self, t: ArrayLike) -> Any:
        """Return the expected purchases of a random customer in its first ``t`` periods (eq. 8)."""
        times = np.asarray(t, dtype=np.float64)
        return told(self._while_alive(times, np.zeros_like(times), np.zeros_like(times)))

    def _while_alive(self, t: Array, x: Array, end: Array) -> Array:
        """Mean probability to buy times the periods that somebody alive will live to see."""
        alpha, beta, gamma, delta = self._values()
        if (t != np.floor(t)).any() or (t.size and t.max() > MOST_PERIODS):
            raise BadHistory(N_("Periods must be whole numbers, and not more than ten thousand."))
        lived, surviving = np.zeros(np.shape(t + end)), np.ones(np.shape(t + end))
        for period in range(int(t.max()) if t.size else 0):
            surviving *= (delta + end + period) / (gamma + delta + end + period)
            lived += np.where(period < t, surviving, 0.0)
        return (alpha + x) / (alpha + beta + end) * lived

    def _drawn_while_alive(
        self, until: Array, x: float, end: float, size: int, draw: np.random.Generator
    ) -> Array:
        """The posteriors are betas of buying and of leaving in a period (2010, section 3)."""
        alpha, beta, gamma, delta = self._values()
        buys = draw.beta(alpha + x, beta + end - x, size)
        leaves = np.clip(draw.beta(gamma, delta + end, size), 1e-12, 1.0)
        lived = np.minimum(until, draw.geometric(leaves)[:, None] - 1.0)
        more = np.diff(lived, axis=1, prepend=0.0).astype(np.int64)
        return draw.binomial(more, buys[:, None]).cumsum(axis=1).astype(np.float64)


def _in_periods(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> tuple[Array, Array, Array]:
    x, last, periods = checked(frequency, recency, T)
    if (last != np.floor(last)).any() or (periods != np.floor(periods)).any():
        raise BadHistory(N_("In this model, recency and T are whole numbers of periods."))
    if (x > last).any():
        raise BadHistory(N_("Somebody bought in more periods than there were until the last."))
    if periods.size and periods.max() > MOST_PERIODS:
        raise BadHistory(N_("Periods must be whole numbers, and not more than ten thousand."))
    return x, last, periods
