"""BG/NBD and MBG/NBD: customers who may drop out after each purchase.

``BetaGeo`` is the model of Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way";
``ModifiedBetaGeo`` that of Batislam, Denizel & Filiztekin (2007), in which somebody may drop out
right after the first purchase. Parameters r and alpha (a time) describe the rate of buying, a and
b the probability of dropping out.
"""

from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.dropout_likelihood import Likelihood
from guanxi_scoring.btyd.histories import checked, gathered
from guanxi_scoring.btyd.model import Lifetimes, fitted_parameters, told
from guanxi_scoring.btyd.purchases import while_alive
from guanxi_scoring.btyd.sums import dot

Array = NDArray[np.float64]


class BetaGeo(Lifetimes):
    """BG/NBD (贝塔几何/负二项模型): one who never bought again counts as alive for certain."""

    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    RATES: ClassVar[frozenset[str]] = frozenset({"alpha"})
    CHANCES: ClassVar[int] = 0
    """Chances to drop out at the first purchase."""

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
        make = partial(Likelihood, chances=self.CHANCES)
        found = fitted_parameters(make, histories, self.NAMES, self.RATES)
        # A density of x purchases at times in a unit that is ``scale`` times as long.
        value = found.value - dot(histories.x, histories.weights) * np.log(histories.scale)
        return self._from_optimum(found, value, histories.n)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Any:
        """Return P(alive) (Fader, Hardie & Lee 2008, note on P(alive) in the BG/NBD)."""
        r, alpha, a, b = self._values()
        x, recent, end = checked(frequency, recency, T)
        k = x + self.CHANCES
        never = k == 0
        silence = np.log1p((end - recent) / (alpha + recent))
        odds_dead = (r + x) * silence + np.log(a) - np.log(np.where(never, 1.0, b + k - 1.0))
        small = np.exp(-np.abs(odds_dead))
        alive = np.where(odds_dead > 0, small, 1.0) / (1.0 + small)
        return told(np.where(never, 1.0, alive))

    def expected_purchases_new(self, t: ArrayLike) -> Any:
        """Return the expected repeat purchases until age ``t`` (eq. 9 of the BG/NBD paper)."""
        _, _, a, b = self._values()
        times = np.asarray(t, dtype=np.float64)
        zero = np.zeros_like(times)
        starts = b / (a + b) if self.CHANCES else 1.0
        return told(starts * self._while_alive(times, zero, zero))

    def _while_alive(self, t: Array, x: Array, end: Array) -> Array:
        r, alpha, a, b = self._values()
        s = np.ravel(r + x)
        z = np.ravel(t / (alpha + end))
        return while_alive(s, z, a, a + b + self.CHANCES - r - 1.0).reshape(np.shape(x))

    def _drawn_while_alive(
        self, until: Array, x: float, end: float, size: int, draw: np.random.Generator
    ) -> Array:
        """The posteriors are a gamma of the rate and a beta of leaving (2005, section 3)."""
        r, alpha, a, b = self._values()
        rate = draw.gamma(r + x, 1.0 / (alpha + end), size)
        leaves = np.clip(draw.beta(a, b + x + self.CHANCES, size), 1e-12, 1.0)
        last = draw.geometric(leaves)
        bought = draw.poisson(rate[:, None] * np.diff(until, prepend=0.0)).cumsum(axis=1)
        kept: Array = np.minimum(bought, last[:, None]).astype(np.float64)
        return kept


class ModifiedBetaGeo(BetaGeo):
    """MBG/NBD (修正贝塔几何/负二项模型): for companies with many who buy only once."""

    CHANCES: ClassVar[int] = 1
