"""What is drawn of a customer agrees with what is expected of it, and with what the doubt is."""

from typing import Any

import numpy as np
import pytest
from plugins.scoring.tests.btyd import stories

from guanxi_scoring.btyd import BetaGeo, BetaGeoBetaBinom, GammaGamma, ModifiedBetaGeo, ParetoNBD

HISTORY = (4.0, 20.0, 30.0)
FITTED: list[Any] = [
    BetaGeo.from_params(stories.BG),
    ModifiedBetaGeo.from_params(stories.BG),
    ParetoNBD.from_params(stories.PARETO),
    BetaGeoBetaBinom.from_params({"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}),
]


@pytest.mark.parametrize("model", FITTED, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("history", [HISTORY, (0.0, 0.0, 30.0), (12.0, 29.0, 30.0)])
def test_the_mean_of_what_is_drawn_is_what_is_expected(
    model: Any, history: tuple[float, float, float]
) -> None:
    draw = np.random.default_rng(1)

    drawn = model.drawn_purchases([10.0, 52.0], history, 100_000, draw)

    for place, t in enumerate((10.0, 52.0)):
        error = drawn[:, place].std() / np.sqrt(100_000)
        assert abs(drawn[:, place].mean() - model.expected_purchases(t, *history)) < 4 * error
    assert (np.diff(drawn, axis=1) >= 0).all()


def test_the_mean_of_spends_that_are_drawn_is_what_is_expected() -> None:
    model, draw = (
        GammaGamma.from_params({"p": 6.25, "q": 3.74, "v": 154.4}),
        np.random.default_rng(1),
    )

    drawn = model.drawn_spend(np.full((100_000, 1), 3.0), 5.0, 40.0, draw)[:, 0]

    error = drawn.std() / np.sqrt(100_000)
    assert abs(drawn.mean() - 3 * model.conditional_expected_spend(5.0, 40.0)) < 4 * error
    assert model.drawn_spend(np.zeros((3, 2)), 5.0, 40.0, draw).sum() == 0


def test_parameters_are_drawn_as_far_apart_as_their_standard_errors_say() -> None:
    found = BetaGeo().fit(*stories.dropouts(20_000, seed=3)[:3])

    drawn = found.drawn(4_000, np.random.default_rng(1))

    for name in found.NAMES:
        spread = np.std([np.log(one.params[name]) for one in drawn])
        relative = found.standard_errors[name] / found.params[name]
        assert spread == pytest.approx(relative, rel=0.05)


def test_without_a_covariance_the_parameters_stay() -> None:
    model = BetaGeo.from_params(stories.BG)

    assert model.drawn(2, np.random.default_rng(1)) == [model, model]
