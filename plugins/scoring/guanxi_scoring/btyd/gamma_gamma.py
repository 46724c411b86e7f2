"""Gamma-Gamma: what a customer spends per purchase (伽马-伽马消费模型).

Colombo & Jiang (1999); Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value": spends of
a customer are Gamma(p, nu), and nu differs as Gamma(q, v). It supposes that spending has nothing
to do with how often somebody buys, which ``correlation`` checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.errors import N_, BadHistory, CannotFit
from guanxi_scoring.btyd.histories import checked_weights, refuse_too_few
from guanxi_scoring.btyd.model import Fitted, told
from guanxi_scoring.btyd.newton import Evaluated, maximum
from guanxi_scoring.btyd.sums import dot

Array = NDArray[np.float64]
CORRELATED: Final = 0.3
"""From this size of correlation on, the model's supposition should be doubted."""


@dataclass(frozen=True, kw_only=True)
class GammaGamma(Fitted):
    """The Gamma-Gamma model, with parameters p, q and v (an amount of money)."""

    NAMES: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    correlation: float = float("nan")
    """Pearson's, between how often and how much, of those it was fitted to."""

    @property
    def correlated(self) -> bool:
        """Whether spend depends so much on frequency that expected spends mislead."""
        return abs(self.correlation) >= CORRELATED

    def fit(
        self, frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None = None
    ) -> Self:
        """Return the model with the parameters that make these spends most probable.

        :param frequency: purchases over which the mean was taken; who has none is left out.
        :param monetary_value: mean spend per purchase, above 0.
        :raises BadHistory: the figures cannot be.
        :raises CannotFit: nothing can be learnt from them.
        """
        x, spend, many = _counted_spends(frequency, monetary_value, weights)
        scale = dot(spend, many) / float(many.sum())
        if np.ptp(spend) <= 1e-9 * scale:
            raise CannotFit(N_("All customers spend the same, so nothing tells them apart."))
        evaluate = Likelihood(x, spend / scale, many)
        scales = np.array([1.0, 1.0, scale])
        found = maximum(evaluate, self.NAMES, np.array([2.0, 3.0, 2.0]), scales)
        parts: Mapping[str, Any] = vars(
            self._from_optimum(found, found.value - many.sum() * np.log(scale), float(many.sum()))
        )
        return type(self)(**{**parts, "correlation": _correlation(x, spend, many)})

    def conditional_expected_spend(self, frequency: ArrayLike, monetary_value: ArrayLike) -> Any:
        """Return the expected mean spend per purchase (Fader & Hardie 2013, eq. 5).

        Somebody without purchases gets the mean of all; with q at most 1 there is none, which is
        told as no number.
        """
        p, q, v = self._values()
        x = np.asarray(frequency, dtype=np.float64)
        spend = np.asarray(monetary_value, dtype=np.float64)
        if not (np.isfinite(x).all() and (x >= 0).all()):
            raise BadHistory(N_("Some %(name)s is negative."), name="frequency")
        known = p * x + q - 1.0
        spent = np.where(x > 0, x * spend, 0.0)
        return told(p * (v + spent) / np.where(known > 0, known, np.nan))

    def drawn_spend(
        self, purchases: Array, frequency: float, monetary_value: float, draw: np.random.Generator
    ) -> Array:
        """Draw what a customer with this history pays for each number of purchases.

        The customer's scale has the posterior Gamma(px + q, v + xz) (Fader & Hardie 2013, eq. 4);
        a sum of n spends is then Gamma(pn).

        :param purchases: rows of one draw of the customer each.
        """
        p, q, v = self._values()
        spent = frequency * monetary_value if frequency > 0 else 0.0
        scale = draw.gamma(p * frequency + q, 1.0 / (v + spent), len(purchases))
        with np.errstate(divide="ignore"):
            return draw.gamma(p * purchases) / scale[:, None]


def _counted_spends(
    frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None
) -> tuple[Array, Array, Array]:
    x = np.ravel(np.asarray(frequency, dtype=np.float64))
    spend = np.ravel(np.asarray(monetary_value, dtype=np.float64))
    if len(x) != len(spend):
        raise BadHistory(N_("There must be one frequency and one spend per customer."))
    if not (np.isfinite(x).all() and (x >= 0).all()):
        raise BadHistory(N_("Some %(name)s is negative."), name="frequency")
    many = checked_weights(weights, len(x))
    many = np.ones(len(x)) if many is None else many
    bought = (x > 0) & (many > 0)
    x, spend, many = x[bought], spend[bought], many[bought]
    if not (np.isfinite(spend).all() and (spend > 0).all()):
        raise BadHistory(
            N_("Some customers who bought spent nothing or less. Leave them out, or correct them.")
        )
    refuse_too_few(many.sum())
    return x, spend, many


def _correlation(x: Array, spend: Array, many: Array) -> float:
    """Pearson's; 0 where all bought equally often."""
    n = many.sum()
    more, dearer = x - dot(x, many) / n, spend - dot(spend, many) / n
    spread = np.sqrt(dot(more**2, many) * dot(dearer**2, many))
    return float(dot(more * dearer, many) / spread) if spread > 0 else 0.0


class Likelihood:
    """The log-likelihood of mean spends z over x purchases (2013, eq. 1a), with derivatives.

    G(px+q) / (G(px) G(q)) v^q z^(px-1) x^(px) / (xz+v)^(px+q); gamma terms once per different x.
    """

    def __init__(self, x: Array, z: Array, weights: Array) -> None:
        self._counts, self._where = np.unique(x, return_inverse=True)
        self._many = np.bincount(self._where, weights=weights)
        self._x, self._total, self._weights = x, x * z, weights
        self._n = float(weights.sum())
        self._log_z = dot(weights, np.log(z))
        self._x_log_xz = dot(weights * x, np.log(self._total))

    def __call__(self, params: Array) -> Evaluated:
        """Return value, gradient and Hessian in (p, q, v)."""
        p, q, v = params.tolist()
        value, slope, bend = self._of_gammas(p, q)
        sums = self._total + v
        logs, inverse = np.log(sums), self._weights / sums
        shape = p * self._x + q
        weighed = shape * self._weights
        value += self._n * q * np.log(v) + p * self._x_log_xz - self._log_z - dot(weighed, logs)
        per_sum, x_per_sum = float(inverse.sum()), dot(inverse, self._x)
        slope += np.array(
            [
                self._x_log_xz - dot(self._weights * self._x, logs),
                self._n * np.log(v) - dot(self._weights, logs),
                self._n * q / v - dot(shape, inverse),
            ]
        )
        bend[2, 2] = dot(shape * inverse, 1.0 / sums) - self._n * q / v**2
        bend[0, 2] = bend[2, 0] = -x_per_sum
        bend[1, 2] = bend[2, 1] = self._n / v - per_sum
        return value, slope, bend

    def _of_gammas(self, p: float, q: float) -> Evaluated:
        from scipy.special import digamma, gammaln, polygamma  # noqa: PLC0415 -- only a fit needs it

        x, many = self._counts, self._many
        value = float(many @ (gammaln(p * x + q) - gammaln(p * x))) - self._n * float(gammaln(q))
        both, own = digamma(p * x + q), digamma(p * x)
        slope = np.array(
            [many @ (x * (both - own)), many @ both - self._n * float(digamma(q)), 0.0]
        )
        both, own = polygamma(1, p * x + q), polygamma(1, p * x)
        bend = np.zeros((3, 3))
        bend[0, 0] = many @ (x**2 * (both - own))
        bend[0, 1] = bend[1, 0] = many @ (x * both)
        bend[1, 1] = many @ both - self._n * float(polygamma(1, q))
        return value, slope, bend
