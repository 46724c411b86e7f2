"""Log-likelihood of BG/NBD and MBG/NBD with exact first and second derivatives.

Both say that a living customer buys at a gamma-distributed rate and drops out after a purchase
with a beta-distributed probability. In the BG/NBD nobody drops out before the first repeat
purchase (Fader, Hardie & Lee 2005, eq. 6); in the MBG/NBD everybody may drop out from the first
purchase on (Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007). With k chances to drop
out so far, k = x in the one and x + 1 in the other, the likelihood of one customer is

    G(r+x)/G(r) alpha^r B(a, b+k)/B(a, b) (alpha+T)^-(r+x) (1 + [k > 0] exp(d)),
    d = log a - log(b+k-1) + (r+x) log((alpha+T)/(alpha+t_x)).

Its logarithm is summed where each part is cheapest: gamma and beta terms over the histogram of
x, powers of alpha+T over that of T, and only d over the different histories.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from guanxi_scoring.btyd.counts import exceedances, log_rising
from guanxi_scoring.btyd.histories import Histories
from guanxi_scoring.btyd.newton import Evaluated
from guanxi_scoring.btyd.sums import dot

Array = NDArray[np.float64]
_CHUNK: Final = 8192
"""Histories taken at once, so that what is computed between stays in the processor's cache."""


class Likelihood:
    """The log-likelihood as a function of (r, alpha, a, b), for some histories.

    :param chances: 0 for the BG/NBD, 1 for the MBG/NBD: k is x plus this.
    """

    def __init__(self, histories: Histories, chances: int) -> None:
        x, weights = histories.x, histories.weights
        self._n = histories.n
        self._bought = exceedances(x, weights)
        self._survived = exceedances(x + chances, weights)
        self._ladder = np.arange(max(len(self._bought), len(self._survived)), dtype=np.float64)
        self._ends = histories.ages
        self._per_end = histories.per_age(weights)
        self._bought_per_end = histories.per_age(weights * x)
        may = x + chances > 0
        self._x, self._recency, self._T = x[may], histories.recency[may], histories.T[may]
        self._k = self._x + chances
        self._weights = weights[may]

    def __call__(self, params: Array) -> Evaluated:
        """Return value, gradient and Hessian."""
        value, slope, bend = self._without_death(params)
        for begin in range(0, len(self._x), _CHUNK):
            part = self._of_death(params, slice(begin, begin + _CHUNK))
            value, slope, bend = value + part[0], slope + part[1], bend + part[2]
        return value, slope, bend

    def _without_death(self, params: Array) -> Evaluated:
        """All but log(1 + exp(d)): sums over histograms."""
        r, alpha, a, b = params.tolist()
        bought = log_rising(r, self._bought, self._ladder[: len(self._bought)])
        steps = self._ladder[: len(self._survived)]
        lived, chances = (log_rising(shape, self._survived, steps) for shape in (b, a + b))
        until = alpha + self._ends
        logs = np.log(until)
        counts = r * self._per_end + self._bought_per_end
        per_time, per_square = counts / until, counts / until**2
        value = bought[0] + lived[0] - chances[0] + self._n * r * np.log(alpha) - dot(counts, logs)
        slope = np.array(
            [
                bought[1] + self._n * np.log(alpha) - dot(self._per_end, logs),
                self._n * r / alpha - per_time.sum(),
                -chances[1],
                lived[1] - chances[1],
            ]
        )
        mixed = self._n / alpha - float((self._per_end / until).sum())
        bend = np.zeros((4, 4))
        bend[0, 0], bend[0, 1], bend[1, 0] = bought[2], mixed, mixed
        bend[1, 1] = per_square.sum() - self._n * r / alpha**2
        bend[2:, 2:] = -chances[2]
        bend[3, 3] += lived[2]
        return float(value), slope, bend

    def _of_death(self, params: Array, chunk: slice) -> Evaluated:
        """Log(1 + exp(d)) of some histories, by the chain rule through d."""
        r, alpha, a, b = params.tolist()
        shape, until, since = (
            r + self._x[chunk],
            alpha + self._T[chunk],
            alpha + self._recency[chunk],
        )
        trials = b - 1.0 + self._k[chunk]
        weights = self._weights[chunk]
        by = np.empty((4, len(shape)))
        """Derivatives of d by r, alpha, a, b."""
        np.log(until / since, out=by[0])
        d = shape * by[0] - np.log(trials) + np.log(a)
        np.divide(1.0, until, out=until)
        np.divide(1.0, since, out=since)
        closer = until - since
        np.multiply(shape, closer, out=by[1])
        by[2] = 1.0 / a
        np.divide(-1.0, trials, out=by[3])
        small = np.exp(-np.abs(d))
        dead = weights * np.where(d > 0, 1.0, small) / (1.0 + small)
        value = float(weights @ (np.maximum(d, 0.0) + np.log1p(small)))
        unsure = weights * small / (1.0 + small) ** 2
        bend = (by * unsure) @ by.T
        mixed = float(dead @ closer)
        bend[0, 1] += mixed
        bend[1, 0] += mixed
        bend[1, 1] -= float(dead @ (by[1] * (until + since)))
        bend[2, 2] -= float(dead.sum()) / a**2
        bend[3, 3] += float(dead @ by[3] ** 2)
        return value, (by * dead).sum(axis=1), bend
