"""The integral in the likelihood of the Pareto/NBD, by Gauss-Legendre after a substitution.

Somebody who bought x times, last at t_x, and has died since did so at some y in between:

    D = s  integral from t_x to T of  (alpha+y)^-(r+x) (beta+y)^-(s+1)  dy.

Schmittlein, Morrison & Colombo (1987) give it as a difference of hypergeometric functions, which
overflow and cancel for customers long silent. With m = min(alpha, beta) + t_x and L = log(1 +
(y - t_x)/m), the integrand falls about like exp(-c L); with 1 - uE = exp(-c L / 8) it is nearly a
polynomial of degree seven in u in [0, 1], whatever x, and a few nodes find it to many digits.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_DEGREE: Final = 8.0
_TINY: Final = float(np.finfo(np.float64).tiny)
_GENTLEST: Final = 0.05
"""A slope c below this is treated as this: there, any substitution will do."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """What is known at each node (first axis) of each history (second axis)."""

    log_alpha: Array
    """log((alpha + y) / (alpha + t_x))"""
    log_beta: Array
    y: Array
    """Time since t_x."""
    weight: Array
    """Share of this node in the integral of its history."""
    log_odds: Array
    """Of being dead, for each history: log(D / ((alpha+T)^-(r+x) (beta+T)^-s))."""


@cache
def _rule(points: int) -> tuple[Array, Array]:
    at, weights = np.polynomial.legendre.leggauss(points)
    return ((1.0 + at) / 2.0)[:, None], (weights / 2.0)[:, None]


def nodes(params: Array, x: Array, recency: Array, T: Array, points: int) -> Nodes:
    """Evaluate the integral for histories with T > t_x.

    :param points: how many nodes.
    """
    r, alpha, s, beta = params.tolist()
    u, rule = _rule(points)
    since_alpha, since_beta, silence = alpha + recency, beta + recency, T - recency
    nearest = min(alpha, beta) + recency
    shape = r + x
    slope = shape * (nearest / since_alpha) + (s + 1.0) * (nearest / since_beta) - 1.0
    slope = np.maximum(slope, _GENTLEST) / _DEGREE
    extent = -np.expm1(-slope * np.log1p(silence / nearest))
    left = 1.0 - u * extent
    logs = np.log(left)
    logs /= -slope
    y = np.expm1(logs)
    y *= nearest
    other = np.log1p(y / (since_beta if alpha <= beta else since_alpha))
    log_alpha, log_beta = (logs, other) if alpha <= beta else (other, logs)
    weight = np.exp(logs - shape * log_alpha - (s + 1.0) * log_beta)
    weight /= left
    weight *= rule
    total = weight[0].copy()
    for row in weight[1:]:
        # Not ``sum``, whose order, and last digit, depends on how many histories there are.
        total += row
    weight /= total
    odds = s * (nearest / since_beta) * (extent / slope) * total
    log_odds = (
        # A silence too short for a number leaves none.
        np.log(np.maximum(odds, _TINY))
        + shape * np.log1p(silence / since_alpha)
        + s * np.log1p(silence / since_beta)
    )
    return Nodes(log_alpha, log_beta, y, weight, log_odds)
