"""Sums of log-gamma terms over integer counts, as a sum over a histogram of the counts."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from guanxi_scoring.btyd.sums import dot

Array = NDArray[np.float64]
_NONE: Final = np.zeros(0)


def exceedances(counts: Array, weights: Array) -> Array:
    """Return N, where N[k] is how many (by weight) have a count greater than k."""
    if not len(counts):
        return _NONE
    histogram = np.bincount(counts.astype(np.int64), weights=weights)
    return histogram[::-1].cumsum()[::-1][1:]


def log_rising(shape: float, beyond: Array, at: Array) -> tuple[float, float, float]:
    """Sum log(Gamma(shape + x) / Gamma(shape)) over all x, with first and second derivative.

    The ratio is the product of shape + k for k below x, so the sum runs over the histogram and
    needs no gamma function.

    :param beyond: from :func:`exceedances`.
    :param at: 0, 1, 2, ... of the same length.
    """
    base = shape + at
    inverse = beyond / base
    return dot(beyond, np.log(base)), float(inverse.sum()), -float((inverse / base).sum())
