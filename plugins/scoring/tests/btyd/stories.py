"""Customers drawn from the stories of the models, and the likelihood at given parameters."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from guanxi_scoring.btyd import BetaGeo, ParetoNBD
from guanxi_scoring.btyd import dropout_likelihood as dropout
from guanxi_scoring.btyd import pareto_likelihood as pareto
from guanxi_scoring.btyd.histories import gathered

Array = NDArray[np.float64]
BG = {"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 2.2}
PARETO = {"r": 0.7, "alpha": 8.0, "s": 0.6, "beta": 12.0}


def log_likelihood(
    model: type[BetaGeo | ParetoNBD],
    params: Mapping[str, float],
    x: Array,
    recency: Array,
    T: Array,
) -> float:
    """Log-likelihood of these histories with these parameters."""
    found = gathered(x, recency, T)
    scales = [found.scale if name in model.RATES else 1.0 for name in model.NAMES]
    at = np.array([params[name] for name in model.NAMES]) / scales
    if issubclass(model, BetaGeo):
        value = dropout.Likelihood(found, model.CHANCES)(at)[0]
    else:
        value = pareto.Likelihood(found)(at)[0]
    return float(value - np.log(found.scale) * x.sum())


def dropouts(
    n: int, seed: int, params: Mapping[str, float] = BG, *, at_once: bool = False
) -> tuple[Array, Array, Array, Array]:
    """Draw customers of the BG/NBD, or with ``at_once`` the MBG/NBD.

    Returns x, t_x, T and the purchases within 52 after T.
    """
    draw = np.random.default_rng(seed)
    T = draw.uniform(20.0, 80.0, n)
    rate = draw.gamma(params["r"], 1 / params["alpha"], n)
    leaves = draw.beta(params["a"], params["b"], n)
    x, recency, later = np.zeros(n), np.zeros(n), np.zeros(n)
    now = np.zeros(n)
    alive = np.arange(n)
    if at_once:
        alive = alive[draw.random(n) >= leaves]
    while len(alive):
        now[alive] += draw.exponential(1.0, len(alive)) / rate[alive]
        alive = alive[now[alive] <= T[alive] + 52.0]
        early = alive[now[alive] <= T[alive]]
        x[early] += 1
        recency[early] = now[early]
        later[alive[now[alive] > T[alive]]] += 1
        alive = alive[draw.random(len(alive)) >= leaves[alive]]
    return x, recency, T, later


def deaths(
    n: int, seed: int, params: Mapping[str, float] = PARETO
) -> tuple[Array, Array, Array, Array]:
    """Draw customers of the Pareto/NBD: x, t_x, T, and the purchases within 52 after T."""
    draw = np.random.default_rng(seed)
    T = draw.uniform(20.0, 80.0, n)
    rate = draw.gamma(params["r"], 1 / params["alpha"], n)
    life = draw.exponential(1.0, n) / draw.gamma(params["s"], 1 / params["beta"], n)
    early, late = np.minimum(life, T), np.clip(life - T, 0.0, 52.0)
    x = draw.poisson(rate * early).astype(np.float64)
    # The last of x uniform instants.
    recency = np.where(x > 0, early * draw.random(n) ** (1 / np.maximum(x, 1)), 0.0)
    return x, recency, T, draw.poisson(rate * late).astype(np.float64)
