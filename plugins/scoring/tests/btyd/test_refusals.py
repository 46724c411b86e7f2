"""What cannot be is refused with a sentence, and a search without an end says so."""

import numpy as np
import pytest
from plugins.scoring.tests.btyd import stories

from guanxi_scoring.btyd import (
    BadHistory,
    BetaGeo,
    BetaGeoBetaBinom,
    CannotFit,
    GammaGamma,
    NotFitted,
    ParetoNBD,
)
from guanxi_scoring.btyd.newton import AT_EDGE

BAD = [
    ([-1.0], [0.0], [5.0], "frequency is negative"),
    ([1.5], [1.0], [5.0], "whole numbers"),
    ([1.0], [6.0], [5.0], "later than the end"),
    ([0.0], [1.0], [5.0], "must be 0 there"),
    ([1.0], [np.nan], [5.0], "recency is not a finite number"),
    ([1.0], [1.0], [np.inf], "T is not a finite number"),
    ([1.0, 1.0], [1.0], [5.0, 6.0, 7.0], "one frequency, recency and age per customer"),
]


@pytest.mark.parametrize("model", [BetaGeo, ParetoNBD, BetaGeoBetaBinom])
@pytest.mark.parametrize(("x", "recency", "T", "sentence"), BAD)
def test_histories_that_cannot_be_are_refused(
    model: type[BetaGeo], x: list[float], recency: list[float], T: list[float], sentence: str
) -> None:
    with pytest.raises(BadHistory, match=sentence):
        model().fit(x, recency, T)


def test_too_few_customers_are_refused_with_their_number() -> None:
    with pytest.raises(CannotFit, match="3 customers are too few") as refused:
        BetaGeo().fit([1, 0, 2], [1, 0, 2], [5, 5, 5])

    assert refused.value.values == {"n": "3", "fewest": 10}


def test_without_repeat_purchases_nothing_is_fitted() -> None:
    with pytest.raises(CannotFit, match="a second time"):
        BetaGeo().fit(np.zeros(50), np.zeros(50), np.arange(50) + 1.0)


def test_customers_who_are_all_alike_are_refused() -> None:
    with pytest.raises(CannotFit, match="alike"):
        ParetoNBD().fit(np.full(50, 2), np.full(50, 3), np.full(50, 9))


def test_where_no_time_has_passed_nothing_is_fitted() -> None:
    with pytest.raises(CannotFit, match="No time has passed"):
        BetaGeo().fit(np.ones(50), np.zeros(50), np.zeros(50))


def test_weights_must_be_as_many_and_not_negative() -> None:
    x, recency, T, _ = stories.dropouts(50, seed=31)

    with pytest.raises(BadHistory, match="one weight per history"):
        BetaGeo().fit(x, recency, T, weights=[1.0])
    with pytest.raises(BadHistory, match="weights is negative"):
        BetaGeo().fit(x, recency, T, weights=np.full(50, -1.0))


def test_spends_of_nothing_and_spends_all_alike_are_refused() -> None:
    with pytest.raises(BadHistory, match="spent nothing or less"):
        GammaGamma().fit(np.ones(20), np.array([0.0] + [5.0] * 19))
    with pytest.raises(CannotFit, match="spend the same"):
        GammaGamma().fit(np.ones(20), np.full(20, 5.0))
    with pytest.raises(CannotFit, match="too few"):
        GammaGamma().fit(np.zeros(20), np.zeros(20))


def test_customers_of_equal_rates_do_not_converge_and_the_model_says_why() -> None:
    draw = np.random.default_rng(32)
    T = draw.uniform(5.0, 30.0, 400)
    x = draw.poisson(T)
    recency = np.where(x > 0, T * draw.random(400) ** (1 / np.maximum(x, 1)), 0.0)

    found = BetaGeo().fit(x, recency, T)

    assert not found.converged
    assert found.message == AT_EDGE
    assert found.message_values["names"]
    assert all(np.isfinite(value) for value in found.params.values())


def test_spend_that_hangs_together_with_frequency_is_told() -> None:
    draw = np.random.default_rng(33)
    x = draw.integers(1, 30, 500)

    found = GammaGamma().fit(x, x * draw.gamma(9.0, 1.0, 500))

    assert found.correlated
    assert found.correlation > 0.5


def test_a_model_without_parameters_says_what_to_do() -> None:
    with pytest.raises(NotFitted, match="Call fit or from_params"):
        BetaGeo().probability_alive(1, 1, 2)


def test_stored_parameters_must_be_all_there_and_positive() -> None:
    with pytest.raises(BadHistory, match=r"a, b"):
        BetaGeo.from_params({"r": 1.0, "alpha": 2.0, "a": 0.0})


def test_a_fitted_model_is_frozen() -> None:
    fitted = BetaGeo.from_params(stories.BG)

    with pytest.raises(AttributeError):
        fitted.n = 3.0  # type: ignore[misc]


def test_periods_must_be_whole() -> None:
    fitted = BetaGeoBetaBinom.from_params({"alpha": 1, "beta": 1, "gamma": 1, "delta": 1})

    with pytest.raises(BadHistory, match="whole numbers of periods"):
        fitted.probability_alive(1, 1.5, 3)
    with pytest.raises(BadHistory, match="more periods than there were"):
        fitted.probability_alive(3, 2, 3)
