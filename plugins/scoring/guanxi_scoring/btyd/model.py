"""What all models share: parameters with their errors, and what follows from two functions.

A model says how probable it is that a customer is alive, and how often a living one buys within
some time. Expected purchases, their sums over steps and over customers follow from these here.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.errors import N_, BadHistory, NotFitted
from guanxi_scoring.btyd.grid import distinct_pairs
from guanxi_scoring.btyd.histories import Histories, checked, checked_weights
from guanxi_scoring.btyd.newton import EDGE, Optimum, maximum

Array = NDArray[np.float64]
_MANY: Final = 6_000
"""From so many histories on, a fit begins with some of them."""
_SOME: Final = 2_000
_TOGETHER: Final = 10_000
"""Different ages that are tracked at once, to bound the memory."""
_WORTH: Final = 1000
"""From so many customers on, it pays to look for those who share x and T."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Parameters of a model and how they were found; a model without them can only ``fit``."""

    params: Mapping[str, float] = field(default_factory=dict)
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    """By the delta method from the Hessian; no number where there is no maximum."""
    covariance: Array | None = field(default=None, compare=False)
    """Of the logarithms of the parameters, in the order of ``NAMES``; None where none is known."""
    log_likelihood: float = float("nan")
    converged: bool = False
    message: str = ""
    """How the search ended, with places for ``message_values``."""
    message_values: Mapping[str, Any] = field(default_factory=dict)
    n: float = 0.0
    """Customers it learnt from."""
    steps: int = 0

    NAMES: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, float], covariance: ArrayLike | None = None) -> Self:
        """Return a model with parameters found before.

        :param covariance: of their logarithms, if it was kept.
        :raises BadHistory: one is missing or not positive.
        """
        values = {name: float(params.get(name, float("nan"))) for name in cls.NAMES}
        wrong = [name for name, value in values.items() if not 0 < value < float("inf")]
        if wrong:
            raise BadHistory(
                N_("These parameters must be positive numbers: %(names)s."), names=", ".join(wrong)
            )
        known = None if covariance is None else np.asarray(covariance, dtype=np.float64)
        return cls(params=values, covariance=known)

    def drawn(self, count: int, draw: np.random.Generator) -> list[Self]:
        """Return models whose parameters are as likely as the data leave them.

        The logarithms are drawn from the normal distribution of the maximum-likelihood estimate
        (asymptotic theory, e.g. Lehmann & Casella 1998, theorem 6.5.1); without a covariance each
        is this model itself.
        """
        if self.covariance is None:
            return [self] * count
        theta = np.log(self._values())
        spread = draw.multivariate_normal(theta, self.covariance, count, method="eigh")
        # Beyond these bounds a parameter counts as not found, see ``newton.EDGE``.
        found = np.exp(np.clip(spread, theta - EDGE, theta + EDGE))
        return [
            type(self)(params=dict(zip(self.NAMES, row, strict=True))) for row in found.tolist()
        ]

    def _values(self) -> list[float]:
        if not self.params:
            raise NotFitted
        return [self.params[name] for name in self.NAMES]

    @classmethod
    def _from_optimum(cls, found: Optimum, log_likelihood: float, n: float) -> Self:
        return cls(
            params=found.params,
            standard_errors=found.standard_errors,
            covariance=found.covariance,
            log_likelihood=float(log_likelihood),
            converged=found.converged,
            message=found.message,
            message_values=found.values,
            n=n,
            steps=found.steps,
        )


class Outlook(NamedTuple):
    """What is expected of customers: an array each."""

    alive: Array
    purchases: Array
    """Within the time that was asked for."""
    discounted: Array
    """Between the steps, each times its factor."""


class Lifetimes(Fitted, ABC):
    """A model of when customers buy and until when (buy till you die)."""

    RATES: ClassVar[frozenset[str]] = frozenset()
    """Parameters that are times, told in the caller's unit."""

    @abstractmethod
    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Any:
        """Return the probability that customers with these histories are still customers."""

    @abstractmethod
    def _while_alive(self, t: Array, x: Array, end: Array) -> Array:
        """Expected purchases within t after ``end`` of somebody alive then; arrays broadcast."""

    @abstractmethod
    def expected_purchases_new(self, t: ArrayLike) -> Any:
        """Return the expected repeat purchases of a random customer until age ``t``."""

    @abstractmethod
    def _drawn_while_alive(
        self, until: Array, x: float, end: float, size: int, draw: np.random.Generator
    ) -> Array:
        """Draw what somebody alive at ``end`` buys until each time from then: size x times."""

    def drawn_purchases(
        self,
        until: ArrayLike,
        history: tuple[float, float, float],
        size: int,
        draw: np.random.Generator,
    ) -> Array:
        """Draw what a customer with this history buys from now until each of increasing times.

        From the posterior of this customer, given the parameters: alive or not, how fast, until
        when. Returns whole numbers, ``size`` rows, a column per time.

        :param history: frequency, recency and T of the customer.
        """
        x, recency, end = history
        times = np.asarray(until, dtype=np.float64)
        alive = draw.random(size) < self.probability_alive(x, recency, end)
        bought: Array = self._drawn_while_alive(times, x, end, size, draw) * alive[:, None]
        return bought

    def expected_purchases(
        self, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Any:
        """Return the expected purchases within ``t`` from now, given the history."""
        x, recent, end = checked(frequency, recency, T)
        alive = np.asarray(self.probability_alive(x, recent, end))
        return told(alive * self._per_pair(_times(t), x, end))

    def discounted_purchases(
        self, steps: Array, factors: Array, x: Array, recency: Array, end: Array
    ) -> Array:
        """Return the purchases expected between steps, each times the factor of its step.

        :param steps: increasing times from now; the first step begins now.
        """
        x, recency, end = np.broadcast_arrays(x, recency, end)
        alive = np.asarray(self.probability_alive(x, recency, end))
        return alive * self._discounted_while_alive(steps, factors, x, end)

    def outlook(
        self, t: float, steps: Array, factors: Array, history: tuple[ArrayLike, ...]
    ) -> Outlook:
        """Return at once what the other functions say of the same histories, looked at once.

        :param history: frequency, recency and T, an array each, of equal length.
        :param t: see :meth:`expected_purchases`; ``steps`` and ``factors`` see
            :meth:`discounted_purchases`.
        """
        x, recent, end = (np.asarray(part, dtype=np.float64) for part in history)
        alive = np.asarray(self.probability_alive(x, recent, end))
        bought = self._per_pair(_times(t), x, end)
        later = self._discounted_while_alive(steps, factors, x, end)
        return Outlook(alive, alive * bought, alive * later)

    def _discounted_while_alive(self, steps: Array, factors: Array, x: Array, end: Array) -> Array:
        # Purchases until a step count with what its factor is above that of the next one.
        shares = factors - np.append(factors[1:], 0.0)
        pairs, where = distinct_pairs(np.ravel(x), np.ravel(end))
        total = np.zeros(len(pairs[0]))
        at_once = max(1, _WORTH // max(1, len(total)))
        for begin in range(0, len(steps), at_once):
            part = slice(begin, begin + at_once)
            until = self._while_alive(*np.broadcast_arrays(steps[part, None], *pairs))
            for share, bought in zip(shares[part], until, strict=True):
                total += share * bought
        return total[where].reshape(x.shape)

    def cumulative(
        self, at: ArrayLike, T: ArrayLike, end: float, weights: ArrayLike | None = None
    ) -> Array:
        """Return the repeat purchases expected of these customers until each time of a clock.

        That is what a tracking plot compares with the purchases made (Fader, Hardie & Lee 2005,
        section 4.1): each customer counts from its first purchase on.

        :param at: times on one clock, such as weeks since the first purchase of all.
        :param T: ages of the customers at ``end`` on that clock.
        :param weights: how many customers have that age.
        """
        ages, where = np.unique(np.ravel(_times(T)), return_inverse=True)
        many = checked_weights(weights, len(where))
        counts = np.bincount(where, weights=many).astype(np.float64)
        clock = np.ravel(np.asarray(at, dtype=np.float64))
        total = np.zeros(len(clock))
        for begin in range(0, len(ages), _TOGETHER):
            part = slice(begin, begin + _TOGETHER)
            lived = np.maximum(0.0, clock[:, None] - (end - ages[part])[None, :])
            distinct, back = np.unique(np.round(lived, 9), return_inverse=True)
            expected = np.asarray(self.expected_purchases_new(distinct))[back]
            total += expected.reshape(lived.shape) @ counts[part]
        return total

    def _per_pair(self, t: Array, x: Array, end: Array) -> Array:
        """``_while_alive``, computed once where many customers share x and T."""
        if t.ndim or x.size < _WORTH or x.shape != end.shape:
            return self._while_alive(*np.broadcast_arrays(t, x, end))
        pairs, where = distinct_pairs(np.ravel(x), np.ravel(end))
        few = self._while_alive(np.full_like(pairs[0], t), *pairs)
        return few[where].reshape(x.shape)


def fitted_parameters(
    make: Any, histories: Histories, names: Sequence[str], times: frozenset[str]
) -> Optimum:
    """Find the maximum of a likelihood; many histories begin where some of them end.

    :param make: of histories, the likelihood to evaluate.
    """
    scales = np.array([histories.scale if name in times else 1.0 for name in names])
    start = np.ones(len(names))
    if len(histories.x) > _MANY:
        some = maximum(make(histories.some(_SOME)), names, start)
        if some.converged:
            start = np.array(list(some.params.values()))
    evaluate = make(histories)
    return maximum(evaluate, names, start, scales)


def told(values: Array) -> Any:
    """Return a float for a single value, else the array."""
    return float(values) if np.ndim(values) == 0 else values


def _times(t: ArrayLike) -> Array:
    times = np.asarray(t, dtype=np.float64)
    if not (np.isfinite(times).all() and (times >= 0).all()):
        raise BadHistory(N_("Times must be finite and not negative."))
    return times
