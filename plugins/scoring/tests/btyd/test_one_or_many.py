"""A customer's figures are the same, whether computed alone or with others.

But for the last bits: NumPy's exponentials differ there by where in an array a figure stands.
"""

import numpy as np
import pytest

from guanxi_scoring.btyd.dropout import BetaGeo, ModifiedBetaGeo
from guanxi_scoring.btyd.lifetime_value import customer_lifetime_value, discounting
from guanxi_scoring.btyd.model import Lifetimes
from guanxi_scoring.btyd.pareto import ParetoNBD

DROPOUT = {"r": 0.43, "alpha": 7.9, "a": 1.6, "b": 2.4}
STEEP = {"r": 2.1, "alpha": 30.0, "a": 60.0, "b": 400.0}
"""Parameters for which the expectation is a sum, not a series."""
MODELS = [
    BetaGeo.from_params(DROPOUT),
    BetaGeo.from_params(STEEP),
    ModifiedBetaGeo.from_params(DROPOUT),
    ParetoNBD.from_params({"r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7}),
]


@pytest.fixture
def histories() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two thousand histories, with some without repeat purchases and some of long silence."""
    draw = np.random.default_rng(5)
    end = draw.integers(0, 900, 2000)
    x = np.where(end > 0, draw.poisson(draw.gamma(0.7, 6.0, 2000)), 0)
    return x, np.where(x > 0, (end * draw.random(2000)).astype(int), 0), end


@pytest.mark.parametrize("model", MODELS)
def test_what_is_told_of_one_customer_is_what_is_told_among_many(
    model: Lifetimes, histories: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    ends, factors = discounting(12, monthly_rate=0.01)

    together = model.outlook(90.0, ends, factors, histories)

    for place in range(0, 2000, 37):
        one = tuple(part[place : place + 1] for part in histories)
        alone = model.outlook(90.0, ends, factors, one)
        expected = [float(part[place]) for part in together]
        assert [float(part[0]) for part in alone] == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("model", MODELS)
def test_an_outlook_is_what_the_single_functions_say(
    model: Lifetimes, histories: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    ends, factors = discounting(12, monthly_rate=0.01)

    told = model.outlook(90.0, ends, factors, histories)

    value = customer_lifetime_value(model, 20.0, *histories, monthly_rate=0.01)
    bought = model.expected_purchases(90.0, *histories)
    assert told.alive == pytest.approx(model.probability_alive(*histories), rel=1e-13)
    assert told.purchases == pytest.approx(bought, rel=1e-13)
    assert 20.0 * told.discounted == pytest.approx(value, rel=1e-13)
