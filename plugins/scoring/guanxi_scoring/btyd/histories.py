"""Purchase histories (x, t_x, T) of customers: checked, aggregated, on a scale of their own.

Recency-frequency statistics as in Fader, Hardie & Lee (2005): ``frequency`` x counts the repeat
purchases (the first does not count), ``recency`` t_x is the age at the last purchase, ``T`` the
age now, both in one unit of time. Nothing here knows a model.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.errors import N_, BadHistory, CannotFit
from guanxi_scoring.btyd.grid import aggregated, distinct
from guanxi_scoring.btyd.sums import dot

Array = NDArray[np.float64]

FEWEST: Final = 10
"""Fewer customers than these are no sample."""
FEWEST_REPEATERS: Final = 3
MOST_PURCHASES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Histories:
    """Different histories, how many customers have each (``weights``), in units of ``scale``."""

    x: Array
    recency: Array
    T: Array
    weights: Array
    ages: Array
    """The different T, and for each history the place of its T among them:"""
    age: NDArray[np.int64]
    scale: float

    @property
    def n(self) -> float:
        """Number of customers."""
        return float(self.weights.sum())

    def some(self, rows: int) -> "Histories":
        """About ``rows`` of the histories, evenly chosen: a place to start from."""
        step = max(1, len(self.x) // rows)
        part = slice(step // 2, None, step)
        return Histories(
            self.x[part],
            self.recency[part],
            self.T[part],
            self.weights[part],
            self.ages,
            self.age[part],
            self.scale,
        )

    def per_age(self, weights: Array) -> Array:
        """Return the sum of weights for each different T."""
        return np.bincount(self.age, weights, len(self.ages)).astype(np.float64, copy=False)


def checked(frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> tuple[Array, Array, Array]:
    """Return the three as arrays of floats that can be broadcast.

    :raises BadHistory: if one is negative or no number, x is no whole number, t_x is later than
        T, or somebody without repeat purchases has a repeat purchase's time.
    """
    x, t, end = (np.asarray(values, dtype=np.float64) for values in (frequency, recency, T))
    for name, values in (("frequency", x), ("recency", t), ("T", end)):
        _refuse_impossible(name, values)
    if (x != np.floor(x)).any():
        raise BadHistory(N_("Counts of purchases must be whole numbers."))
    if values_above(x, MOST_PURCHASES):
        raise BadHistory(N_("More than ten million purchases of one customer: is it a customer?"))
    try:
        late = t > end
        timeless = (x == 0) & (t > 0)
    except ValueError:
        raise BadHistory(N_("There must be one frequency, recency and age per customer.")) from None
    if late.any():
        raise BadHistory(
            N_("A last purchase is later than the end of the observation. Check as-of and dates.")
        )
    if timeless.any():
        raise BadHistory(
            N_("Somebody without repeat purchases has the time of one: recency must be 0 there.")
        )
    return x, t, end


def values_above(values: Array, limit: float) -> bool:
    """Whether any value is above the limit; no values are not."""
    return bool(values.size and values.max() > limit)


def gathered(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None
) -> Histories:
    """Check and aggregate histories for a fit, and scale time so that the mean T is 1.

    :param weights: how many customers have this history; None: one each.
    :raises BadHistory: see :func:`checked`.
    :raises CannotFit: too few customers, no repeat purchases, all alike, no time passed.
    """
    x, t, end = (np.ravel(values) for values in checked(frequency, recency, T))
    if not len(x) == len(t) == len(end):
        raise BadHistory(N_("There must be one frequency, recency and age per customer."))
    many = checked_weights(weights, len(x))
    if many is not None and not many.all():
        kept = many > 0
        x, t, end, many = x[kept], t[kept], end[kept], many[kept]
    n = len(x) if many is None else many.sum()
    refuse_too_few(n)
    x, t, end, many = aggregated(x, t, end, many)
    _refuse_uninformative(x, t, end, many)
    scale = dot(end, many) / float(n)
    ages, age = distinct(end)
    return Histories(x, t / scale, end / scale, many, ages / scale, age, scale)


def checked_weights(weights: ArrayLike | None, length: int) -> Array | None:
    """Return weights as an array of that length, or None.

    :raises BadHistory: they are negative, no numbers, or not as many.
    """
    if weights is None:
        return None
    many = np.ravel(np.asarray(weights, dtype=np.float64))
    _refuse_impossible("weights", many)
    if len(many) != length:
        raise BadHistory(N_("There must be one weight per history."))
    return many


def refuse_too_few(n: float) -> None:
    """Refuse a sample that is none."""
    if n < FEWEST:
        raise CannotFit(
            N_("%(n)s customers are too few to learn from: at least %(fewest)s are needed."),
            n=f"{n:g}",
            fewest=FEWEST,
        )


def _refuse_impossible(name: str, values: Array) -> None:
    if not np.isfinite(values).all():
        raise BadHistory(N_("Some %(name)s is not a finite number."), name=name)
    if values.size and values.min() < 0:
        raise BadHistory(N_("Some %(name)s is negative."), name=name)


def _refuse_uninformative(x: Array, t: Array, end: Array, many: Array) -> None:
    if many[x > 0].sum() < FEWEST_REPEATERS:
        raise CannotFit(N_("Hardly anybody has bought a second time. Wait until more have."))
    if not end.max() > 0:
        raise CannotFit(N_("No time has passed since the first purchases. Choose a later as-of."))
    if all(_constant(values) for values in (x, t, end)):
        raise CannotFit(N_("All histories are alike, so nothing tells customers apart."))


def _constant(values: Any) -> bool:
    return bool((values == values[0]).all())
