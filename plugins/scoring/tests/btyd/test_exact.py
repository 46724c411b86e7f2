"""Likelihoods, their derivatives and scores against mpmath at 50 digits, also at the edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plugins.scoring.tests.btyd import exact

from guanxi_scoring.btyd import BetaGeo, BetaGeoBetaBinom, ModifiedBetaGeo, ParetoNBD, gamma_gamma
from guanxi_scoring.btyd import beta_binomial_likelihood as bgbb
from guanxi_scoring.btyd import dropout_likelihood as dropout
from guanxi_scoring.btyd import pareto_likelihood as pareto
from guanxi_scoring.btyd.histories import Histories

SHAPES = st.sampled_from([0.05, 0.3, 0.8, 1.0, 2.5, 12.0])
TIMES = st.sampled_from([0.02, 0.3, 1.0, 7.0])
MANY = settings(max_examples=40)
SEVERAL = settings(max_examples=15)
"""Integrals at 50 digits take their time."""


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, float, float]:
    """Draw x, t_x and T, from nothing to ten thousand purchases and long silence."""
    x = draw(st.sampled_from([0, 0, 1, 2, 7, 60, 10_000]))
    T = draw(st.sampled_from([0.001, 0.5, 1.0, 40.0]))
    part = draw(st.sampled_from([0.0001, 0.2, 0.9, 1.0]))
    return x, (T * part if x else 0.0), T


def one(history: tuple[int, float, float]) -> Histories:
    x, recency, T = (np.array([float(value)]) for value in history)
    return Histories(x, recency, T, np.ones(1), T, np.zeros(1, dtype=np.int64), 1.0)


@MANY
@given(st.tuples(SHAPES, TIMES, SHAPES, SHAPES), histories(), st.sampled_from([0, 1]))
def test_bg_and_mbg_are_exact(
    params: tuple[float, ...], history: tuple[int, float, float], chances: int
) -> None:
    terms = exact.bg_terms(params, *history, chances)
    model = (BetaGeo, ModifiedBetaGeo)[chances]
    fitted = model.from_params(dict(zip(model.NAMES, params, strict=True)))

    value, slope, bend = dropout.Likelihood(one(history), chances)(np.array(params))

    assert value == pytest.approx(exact.logarithm(terms), rel=1e-11, abs=1e-11)
    assert np.isfinite([*slope, *bend.ravel()]).all()
    assert fitted.probability_alive(*history) == pytest.approx(
        exact.share(terms), rel=1e-10, abs=1e-300
    )


@SEVERAL
@given(st.tuples(SHAPES, TIMES, SHAPES, TIMES), histories())
def test_pareto_is_exact(params: tuple[float, ...], history: tuple[int, float, float]) -> None:
    terms = exact.pareto_terms(params, *history)
    fitted = ParetoNBD.from_params(dict(zip(ParetoNBD.NAMES, params, strict=True)))

    value, slope, bend = pareto.Likelihood(one(history))(np.array(params))

    assert value == pytest.approx(exact.logarithm(terms), rel=1e-9, abs=1e-9)
    assert np.isfinite([*slope, *bend.ravel()]).all()
    assert fitted.probability_alive(*history) == pytest.approx(
        exact.share(terms), rel=1e-8, abs=1e-300
    )


@settings(max_examples=25)
@given(
    st.tuples(SHAPES, TIMES, SHAPES, SHAPES),
    histories(),
    st.sampled_from([0, 1]),
    st.sampled_from([0.01, 1.0, 30.0, 3000.0]),
)
def test_purchases_of_the_living_are_exact_also_where_a_is_1(
    params: tuple[float, ...], history: tuple[int, float, float], chances: int, t: float
) -> None:
    x, _, T = history
    x = min(x, 60)
    model = (BetaGeo, ModifiedBetaGeo)[chances]
    fitted = model.from_params(dict(zip(model.NAMES, params, strict=True)))
    wanted = float(exact.bg_purchases(params, x, T, t, chances))

    alive = fitted.expected_purchases(t, x, T if x else 0.0, T)

    assert alive == pytest.approx(
        wanted * fitted.probability_alive(x, T if x else 0.0, T), rel=1e-9
    )


@pytest.mark.parametrize("x", [0, 3, 10_000])
@pytest.mark.parametrize("t", [0.5, 40.0])
def test_purchases_of_the_living_are_the_mean_over_what_they_may_be(x: int, t: float) -> None:
    params = (0.243, 4.414, 1.0, 2.426)
    fitted = BetaGeo.from_params(dict(zip(BetaGeo.NAMES, params, strict=True)))
    recency = 30.0 if x else 0.0

    found = fitted.expected_purchases(t, x, recency, 30.0)

    wanted = float(exact.bg_purchases_by_story(params, x, 30.0, t, 0))
    assert found == pytest.approx(wanted * fitted.probability_alive(x, recency, 30.0), rel=1e-9)


@settings(max_examples=40)
@given(
    st.tuples(SHAPES, SHAPES, SHAPES, SHAPES),
    st.sampled_from([(0, 0, 1), (0, 0, 6), (1, 1, 6), (2, 6, 6), (6, 6, 6), (3, 40, 200)]),
)
def test_bg_bb_is_exact(params: tuple[float, ...], history: tuple[int, int, int]) -> None:
    terms = exact.bgbb_terms(params, *history)
    fitted = BetaGeoBetaBinom.from_params(dict(zip(BetaGeoBetaBinom.NAMES, params, strict=True)))

    parts = [np.array([float(value)]) for value in history]
    value = bgbb.Likelihood(*parts, np.ones(1))(np.array(params))[0]

    assert value == pytest.approx(exact.logarithm(terms), rel=1e-11, abs=1e-11)
    assert fitted.probability_alive(*history) == pytest.approx(exact.share(terms), rel=1e-10)


@settings(max_examples=20)
@given(SHAPES, TIMES, st.sampled_from([0.001, 0.05, 2.0]))
def test_discounting_a_life_without_end_is_exact(s: float, time: float, rate: float) -> None:
    fitted = ParetoNBD.from_params({"r": 1.0, "alpha": 1.0, "s": s, "beta": time})

    found = fitted.discounted_residual_purchases(0, 0.0, 0.0, rate)

    assert found == pytest.approx(float(exact.discounted_life(s, time, rate)), rel=1e-10)


LIKELIHOODS = {
    "BG/NBD": lambda rows: dropout.Likelihood(rows, 0),
    "MBG/NBD": lambda rows: dropout.Likelihood(rows, 1),
    "Pareto/NBD": pareto.Likelihood,
    "BG/BB": lambda rows: bgbb.Likelihood(rows.x, rows.recency, rows.T, rows.weights),
}


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_slopes_and_bends_are_those_of_small_differences(name: str) -> None:
    x = np.array([0.0, 1, 3, 3, 12])
    recency, T = np.array([0.0, 2, 9, 5, 20]), np.array([12.0, 12, 9, 30, 21])
    ages, age = np.unique(T, return_inverse=True)
    weights = np.array([5.0, 2, 1, 4, 0.5])
    evaluate = LIKELIHOODS[name](Histories(x, recency, T, weights, ages, age, 1.0))
    at, small = np.array([0.7, 4.0, 1.3, 2.5]), 1e-5

    _, slope, bend = evaluate(at)

    steps = small * np.eye(4)
    slopes = [(evaluate(at + s)[0] - evaluate(at - s)[0]) / (2 * small) for s in steps]
    bends = [(evaluate(at + s)[1] - evaluate(at - s)[1]) / (2 * small) for s in steps]
    assert slope == pytest.approx(np.array(slopes), rel=1e-6, abs=1e-7)
    assert bend == pytest.approx(np.array(bends), rel=1e-6, abs=1e-7)


def test_slopes_and_bends_of_spend_are_those_of_small_differences() -> None:
    x, z = np.array([1.0, 1, 4, 30]), np.array([0.4, 1.9, 1.1, 0.8])
    evaluate = gamma_gamma.Likelihood(x, z, np.array([2.0, 1, 0.5, 3]))
    at, small = np.array([2.0, 3.5, 1.2]), 1e-5

    _, slope, bend = evaluate(at)

    steps = small * np.eye(3)
    slopes = [(evaluate(at + s)[0] - evaluate(at - s)[0]) / (2 * small) for s in steps]
    bends = [(evaluate(at + s)[1] - evaluate(at - s)[1]) / (2 * small) for s in steps]
    assert slope == pytest.approx(np.array(slopes), rel=1e-6, abs=1e-7)
    assert bend == pytest.approx(np.array(bends), rel=1e-6, abs=1e-7)


@given(st.tuples(SHAPES, TIMES, SHAPES, SHAPES), st.integers(1, 40), st.floats(0.01, 100.0))
def test_spend_is_exact(params: tuple[float, ...], x: int, z: float) -> None:
    found = gamma_gamma.Likelihood(np.array([float(x)]), np.array([z]), np.ones(1))(
        np.array(params[:3])
    )

    assert found[0] == pytest.approx(exact.spend(params[:3], x, z), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("model", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_on_the_first_day_everything_is_still_to_come(model: type[BetaGeo | ParetoNBD]) -> None:
    fitted = model.from_params(dict(zip(model.NAMES, (0.4, 5.0, 0.7, 3.0), strict=True)))

    alive = fitted.probability_alive(0, 0.0, 0.0)

    assert alive == pytest.approx(3.0 / 3.7 if model is ModifiedBetaGeo else 1.0)
    assert fitted.expected_purchases(9.0, 0, 0.0, 0.0) == pytest.approx(
        fitted.expected_purchases_new(9.0)
    )
