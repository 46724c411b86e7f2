"""Expected purchases of a living customer who may drop out after each one.

For a rate from Gamma(s, alpha + T) and a dropout probability p from Beta(a, b + k), the expected
number of purchases within t, given that the customer is alive at T, is

    G = E[(1 - (1 + p z)^-s) / p],   z = t / (alpha + T)

(the expectation over the rate taken already; equivalent to Fader, Hardie & Lee 2005, eq. 10,
whose hypergeometric function and factor 1/(a-1) it avoids). Writing y = z / (1 + z), q = a + b
+ k - 1 - s and C = a + b + k, Pfaff's transformation gives the series

    G = (1 - y)^(a-1) y  sum_j  (a)_j / (j+1)!  g_j  y^j,   g_j = s + q (1 - (q+1)_j / (C)_j),

which has no singularity at a = 1 and, for q > 0, no negative term. Where it converges slowly, or
terms would cancel, the expectation is a sum over p instead.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]

_FAR: Final = 0.95
"""The series is not used for y above this: t is more than 19 times alpha + T."""
_STEEP: Final = 50.0
"""Nor for a above this."""
_CHUNK: Final = 8192
_HANDFUL: Final = 16
"""NumPy pays only for more figures than these; one customer's twelve months are fewer."""
_SPACING: Final = 0.25
_CELLS: Final = 1_000_000


def while_alive(s: Array, z: Array, a: float, q: float) -> Array:
    """Return G for arrays of equal length; ``q`` is the same for all, as x is in s and in k.

    How many terms or points a figure is summed of depends on itself alone, so a customer's score
    is the same whoever is scored with them, but for the last bits of NumPy's exponentials.
    """
    y = z / (1.0 + z)
    series = (y <= _FAR) & (-(q + 1.0) <= s + q + 1.0)
    if a > _STEEP:
        series &= False
    found = np.empty(len(y))
    for terms, rows in _classes(_terms(a, y), np.flatnonzero(series)):
        for begin in range(0, len(rows), _CHUNK):
            part = rows[begin : begin + _CHUNK]
            found[part] = _by_series(s[part], y[part], a, q, terms)
    rest = np.flatnonzero(~series)
    if len(rest):
        found[rest] = _by_sum(s[rest], z[rest], a, s[rest] + q + 1.0 - a)
    return found


def _classes(needed: Array, rows: Places) -> Iterator[tuple[int, Places]]:
    """Yield rows by how many terms they need, rounded up to a power of two."""
    sizes = np.ceil(np.log2(np.maximum(needed[rows], 1.0))).astype(np.int64)
    for size in np.flatnonzero(np.bincount(sizes)) if len(rows) else ():
        yield 2 ** int(size), rows[sizes == size]


def _by_series(s: Array, y: Array, a: float, q: float, terms: int) -> Array:
    """Horner's scheme; coefficients once per s, in which few histories differ."""
    if len(s) <= _HANDFUL and (s == s[0]).all():
        total = np.array(_by_hand(float(s[0]), y.tolist(), a, q, terms))
        return _outside(total, y, a)
    shapes, where = np.unique(s, return_inverse=True)
    table = _coefficients(shapes, a, q, terms)
    total = table[-1][where]
    for row in table[-2::-1]:
        total *= y
        total += row[where]
    return _outside(total, y, a)


def _outside(total: Array, y: Array, a: float) -> Array:
    """What stands before the sum."""
    found: Array = total * y * np.exp((a - 1.0) * np.log1p(-y))
    return found


def _by_hand(s: float, y: Sequence[float], a: float, q: float, terms: int) -> list[float]:
    """The sums for one s and a handful of y, by the same steps as in arrays."""
    row, rising, gone = [], 1.0, 0.0
    c = s + q + 1.0
    for j in range(terms):
        row.append(rising * (s + q * gone))
        rising *= (a + j) / (j + 2.0)
        gone += (1.0 - gone) * (s / (c + j))
    last, *rest = reversed(row)
    found = []
    for one in y:
        total = last
        for value in rest:
            total = total * one + value
        found.append(total)
    return found


def _terms(a: float, y: Array) -> Array:
    """How many terms: beyond them, a negative binomial tail of shape a + 1 holds below 1e-17."""
    inside = np.clip(y, 1e-9, _FAR)
    mean = (a + 1.0) * inside / (1.0 - inside)
    needed: Array = 4.0 + mean + 6.0 * np.sqrt(mean / (1.0 - inside)) - 40.0 / np.log(inside)
    return needed


def _coefficients(s: Array, a: float, q: float, terms: int) -> Array:
    table = np.empty((terms, len(s)))
    c = s + q + 1.0
    rising = 1.0
    gone = np.zeros(len(s))
    """1 - (q+1)_j / (C)_j, without cancellation."""
    for j in range(terms):
        table[j] = rising * (s + q * gone)
        rising *= (a + j) / (j + 2.0)
        gone += (1.0 - gone) * (s / (c + j))
    return table


def _by_sum(s: Array, z: Array, a: float, b: Array) -> Array:
    """The expectation over p ~ Beta(a, b) by the trapezoidal rule on the log-odds of p.

    For an analytic integrand on the whole line the rule converges like exp(-pi^2 / spacing);
    what lies beyond the outermost points is a geometric series and added as such.
    """
    peak = np.log(a) - np.log(b)
    left, right = _range(s, z, a, b, peak)
    sharp = a * b / (a + b)
    spacing = np.minimum(_SPACING, 0.7 / np.sqrt(sharp))
    found = np.empty(len(s))
    for points, rows in _classes((right - left) / spacing + 2.0, np.arange(len(s))):
        many = max(1, _CELLS // points)
        for begin in range(0, len(rows), many):
            part = rows[begin : begin + many]
            odds = np.linspace(left[part], right[part], points, axis=1)
            found[part] = _summed(odds, s[part, None], z[part, None], a, b[part, None])
    return found


def _summed(odds: Array, s: Array, z: Array, a: float, b: Array) -> Array:
    step = odds[:, 1:2] - odds[:, :1]
    log_p, log_not = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
    density = a * log_p + b * log_not
    density = np.exp(density - density.max(axis=1, keepdims=True))
    density[:, :1] /= -np.expm1(-a * step)
    density[:, -1:] /= -np.expm1(-b * step)
    p = np.exp(log_p)
    bought = -np.expm1(-s * np.log1p(p * z)) / p
    result: Array = (density * bought).sum(axis=1) / density.sum(axis=1)
    return result


def _range(s: Array, z: Array, a: float, b: Array, peak: Array) -> tuple[Array, Array]:
    """Log-odds beyond which the integrand is a pure exponential or nothing."""
    largest = np.maximum(1.0, a + b)
    left = -38.0 - np.log(np.maximum(largest, s * z))
    right = 38.0 + np.log(np.maximum(largest, s))
    if a > 2.0:
        left = np.maximum(left, peak - _reach(b, np.full_like(b, a), 1.0))
    many = b > 2.0
    right[many] = np.minimum(right[many], peak[many] + _reach(np.full_like(b, a), b, 0.0)[many])
    return left, right


def _reach(near: Array, far: Array, gain: float) -> Array:
    """Return how far from its peak the density, times exp(gain * distance), is below e^-45."""

    def short(d: Array) -> NDArray[np.bool_]:
        falls = (near + far) * (np.logaddexp(np.log(far), np.log(near) + d) - np.log(near + far))
        below: NDArray[np.bool_] = falls - near * d - gain * d < 45.0
        return below

    high = np.ones_like(near)
    while (more := short(high)).any():
        high = np.where(more, 2.0 * high, high)
    low = np.zeros_like(near)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = np.where(short(middle), middle, low), np.where(short(middle), high, middle)
    return high
