"""From drawn customers the fits find the parameters they were drawn with, and predict the rest."""

import numpy as np
import pytest
from plugins.scoring.tests.btyd import stories

from guanxi_scoring.btyd import (
    BetaGeo,
    BetaGeoBetaBinom,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
)

N = 20_000


def within_errors(found: BetaGeo | ParetoNBD | GammaGamma, true: dict[str, float]) -> bool:
    """Whether every parameter is within four standard errors of the true one."""
    return found.converged and all(
        abs(found.params[name] - value) < 4 * found.standard_errors[name]
        for name, value in true.items()
    )


def test_bg_nbd_is_recovered_and_predicts_what_then_happens() -> None:
    x, recency, T, later = stories.dropouts(N, seed=11)

    found = BetaGeo().fit(x, recency, T)

    assert within_errors(found, stories.BG)
    expected = found.expected_purchases(52.0, x, recency, T)
    assert expected.sum() == pytest.approx(later.sum(), rel=0.05)
    for few in range(4):
        group = x == few
        assert expected[group].mean() == pytest.approx(later[group].mean(), rel=0.15, abs=0.02)


def test_mbg_nbd_is_recovered_and_knows_that_one_timers_may_be_gone() -> None:
    x, recency, T, later = stories.dropouts(N, seed=12, at_once=True)

    found = ModifiedBetaGeo().fit(x, recency, T)

    assert within_errors(found, stories.BG)
    expected = found.expected_purchases(52.0, x, recency, T)
    assert expected[x == 0].mean() == pytest.approx(later[x == 0].mean(), rel=0.15)
    assert found.probability_alive(0, 0.0, 60.0) < 0.9


def test_pareto_nbd_is_recovered_and_predicts_what_then_happens() -> None:
    x, recency, T, later = stories.deaths(N, seed=13)

    found = ParetoNBD().fit(x, recency, T)

    assert within_errors(found, stories.PARETO)
    expected = found.expected_purchases(52.0, x, recency, T)
    assert expected.sum() == pytest.approx(later.sum(), rel=0.05)
    certain = found.probability_alive(x, recency, T) < 0.05
    assert later[certain].mean() < 0.1 * later.mean()


def test_gamma_gamma_is_recovered() -> None:
    draw = np.random.default_rng(14)
    x = draw.integers(1, 12, N).astype(float)
    spend = draw.gamma(4.0 * x, 1.0) / draw.gamma(3.0, 1 / 50.0, N) / x

    found = GammaGamma().fit(x, spend)

    assert within_errors(found, {"p": 4.0, "q": 3.0, "v": 50.0})
    assert abs(found.correlation) < 0.03


def test_bg_bb_is_recovered() -> None:
    draw = np.random.default_rng(15)
    buys, leaves = draw.beta(1.2, 0.8, N), draw.beta(0.7, 2.8, N)
    life = draw.geometric(leaves) - 1
    bought = (draw.random((N, 8)) < buys[:, None]) & (np.arange(8) < life[:, None])
    x = bought.sum(axis=1)
    last = np.where(x > 0, 8 - bought[:, ::-1].argmax(axis=1), 0)

    found = BetaGeoBetaBinom().fit(x, last, np.full(N, 8))

    assert within_errors(found, {"alpha": 1.2, "beta": 0.8, "gamma": 0.7, "delta": 2.8})


def test_p_alive_is_the_share_of_the_living_among_customers_with_that_history() -> None:
    draw = np.random.default_rng(16)
    n, T = 400_000, 30.0
    r, alpha, s, beta = (stories.PARETO[name] for name in ("r", "alpha", "s", "beta"))
    rate = draw.gamma(r, 1 / alpha, n)
    death = draw.exponential(1.0, n) / draw.gamma(s, 1 / beta, n)
    until = np.minimum(death, T)
    x = draw.poisson(rate * until)
    last = until * draw.random(n) ** (1 / np.maximum(x, 1))
    same = (x == 3) & (np.abs(last - 15.0) < 1.5)

    said = ParetoNBD.from_params(stories.PARETO).probability_alive(3, 15.0, T)

    assert said == pytest.approx((death[same] > T).mean(), abs=0.02)


def test_new_customers_buy_as_often_as_the_story_says() -> None:
    x, _, T, _ = stories.dropouts(100_000, seed=17)
    at_once, _, ages, _ = stories.dropouts(100_000, seed=18, at_once=True)
    dying, _, lives, _ = stories.deaths(100_000, seed=19)

    said = BetaGeo.from_params(stories.BG).expected_purchases_new(T).mean()
    modified = ModifiedBetaGeo.from_params(stories.BG).expected_purchases_new(ages).mean()
    pareto = ParetoNBD.from_params(stories.PARETO).expected_purchases_new(lives).mean()

    assert said == pytest.approx(x.mean(), rel=0.03)
    assert modified == pytest.approx(at_once.mean(), rel=0.03)
    assert pareto == pytest.approx(dying.mean(), rel=0.03)
