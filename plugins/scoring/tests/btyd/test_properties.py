"""What must hold for all histories and parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins.scoring.tests.btyd import stories

from guanxi_scoring.btyd import (
    BetaGeo,
    BetaGeoBetaBinom,
    Lifetimes,
    ModifiedBetaGeo,
    ParetoNBD,
    customer_lifetime_value,
)
from guanxi_scoring.btyd.grid import aggregated, distinct_pairs

MODELS = [BetaGeo, ModifiedBetaGeo, ParetoNBD]
SIZES = st.floats(1e-3, 1e3)
Model = type[BetaGeo | ParetoNBD]


@st.composite
def asked(draw: st.DrawFn) -> tuple[BetaGeo | ParetoNBD, int, float, float]:
    model = draw(st.sampled_from(MODELS))
    fitted = model.from_params({name: draw(SIZES) for name in model.NAMES})
    x, T = draw(st.integers(0, 10_000)), draw(st.floats(0.0, 1e4))
    return fitted, x, draw(st.floats(0.0, 1.0)) * T if x else 0.0, T


@given(asked(), st.floats(0.0, 1e4))
def test_scores_are_finite_probable_and_never_negative(
    question: tuple[BetaGeo | ParetoNBD, int, float, float], t: float
) -> None:
    fitted, x, recency, T = question

    alive = fitted.probability_alive(x, recency, T)
    bought = fitted.expected_purchases(t, x, recency, T)

    assert 0.0 <= alive <= 1.0
    assert np.isfinite(bought)
    assert bought >= 0.0


@given(asked(), st.floats(1e-3, 1e4))
def test_the_longer_the_silence_the_less_alive(
    question: tuple[BetaGeo | ParetoNBD, int, float, float], longer: float
) -> None:
    fitted, x, recency, T = question

    now = fitted.probability_alive(x, recency, T)
    later = fitted.probability_alive(x, recency, T + longer)

    assert later <= now * (1 + 1e-9)


@given(asked(), st.floats(1e-3, 1e4), st.floats(1e-3, 1e4))
def test_more_time_means_no_fewer_purchases(
    question: tuple[BetaGeo | ParetoNBD, int, float, float], t: float, more: float
) -> None:
    fitted, *history = question

    sooner = fitted.expected_purchases(t, *history)

    assert fitted.expected_purchases(t + more, *history) >= sooner * (1 - 1e-9)
    assert fitted.expected_purchases(0.0, *history) == 0.0


@pytest.mark.parametrize("model", MODELS)
def test_a_weight_is_as_good_as_repetition(model: Model) -> None:
    x, recency, T, _ = stories.dropouts(400, seed=21)
    times = np.arange(400) % 3

    weighed = model().fit(x, recency, T, weights=times)
    repeated = model().fit(*(np.repeat(part, times) for part in (x, recency, T)))

    assert weighed.params == pytest.approx(repeated.params, rel=1e-6)
    assert weighed.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-12)
    assert weighed.n == repeated.n == times.sum()


@pytest.mark.parametrize("model", MODELS)
def test_the_unit_of_time_does_not_matter(model: Model) -> None:
    x, recency, T, _ = stories.dropouts(3000, seed=22)
    days = np.floor(recency * 7), np.ceil(T * 7)

    in_days = model().fit(x, *days)
    in_weeks = model().fit(x, days[0] / 7, days[1] / 7)

    assert in_days.params["r"] == pytest.approx(in_weeks.params["r"], rel=1e-6)
    assert in_days.params["alpha"] == pytest.approx(7 * in_weeks.params["alpha"], rel=1e-6)
    assert in_days.log_likelihood == pytest.approx(
        in_weeks.log_likelihood - x.sum() * np.log(7), rel=1e-10
    )
    scores = [
        fitted.expected_purchases(13.0 * unit, x, days[0] / 7 * unit, days[1] / 7 * unit)
        for fitted, unit in ((in_days, 7.0), (in_weeks, 1.0))
    ]
    assert scores[0] == pytest.approx(scores[1], rel=1e-5)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=60))
def test_aggregation_loses_nobody(rows: list[tuple[int, int]]) -> None:
    x = np.array([float(count) for count, _ in rows])
    T = np.array([age / 7 for _, age in rows])

    kept, times, ages, many = aggregated(x, T * 0, T, None)

    assert sorted(zip(x, np.round(T * 7), strict=True)) == sorted(
        pair
        for count, age, weight in zip(kept, np.round(ages * 7), many, strict=True)
        for pair in [(count, age)] * int(weight)
    )
    assert not times.any()


def test_histories_to_the_second_are_left_as_they_are() -> None:
    x, recency, T, _ = stories.dropouts(50, seed=23)

    kept = aggregated(x, recency, T, None)

    assert [part.tolist() for part in kept[:3]] == [x.tolist(), recency.tolist(), T.tolist()]


@pytest.mark.parametrize("n", [20, 5000])
def test_pairs_and_places_give_back_the_rows(n: int) -> None:
    draw = np.random.default_rng(24)
    x, T = draw.integers(0, 9, n).astype(float), draw.integers(0, 30, n) / 7

    pairs, where = distinct_pairs(x, T)

    assert pairs[0][where].tolist() == x.tolist()
    assert pairs[1][where] == pytest.approx(T, abs=1e-12)
    assert len(set(zip(*pairs, strict=True))) == len(pairs[0])


@pytest.mark.parametrize("model", MODELS)
def test_scores_of_many_at_once_are_those_of_each(model: Model) -> None:
    fitted = model.from_params(dict(zip(model.NAMES, (0.4, 5.0, 0.7, 3.0), strict=True)))
    x, recency, T, _ = stories.dropouts(2000, seed=25)
    recency, T = np.floor(recency), np.ceil(T)

    together = fitted.expected_purchases(13.0, x, recency, T)

    each = [fitted.expected_purchases(13.0, x[i], recency[i], T[i]) for i in range(0, 2000, 97)]
    assert together[::97].tolist() == pytest.approx(each, rel=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_cumulative_purchases_are_those_of_each_customer_since_it_came(model: Model) -> None:
    fitted = model.from_params(dict(zip(model.NAMES, (0.4, 5.0, 0.7, 3.0), strict=True)))

    found = fitted.cumulative([10.0, 40.0], [40.0, 25.0], end=40.0, weights=[1, 2])

    new = fitted.expected_purchases_new
    assert found.tolist() == pytest.approx([new(10.0), new(40.0) + 2 * new(25.0)])


@pytest.mark.parametrize("model", [*MODELS, BetaGeoBetaBinom])
def test_nobody_gets_no_scores(model: type[Lifetimes]) -> None:
    fitted = model.from_params(dict(zip(model.NAMES, (0.4, 5.0, 0.7, 3.0), strict=True)))
    nobody = np.zeros(0)

    assert fitted.probability_alive(nobody, nobody, nobody).shape == (0,)
    assert fitted.expected_purchases(3.0, nobody, nobody, nobody).shape == (0,)
    assert fitted.cumulative([1.0, 2.0], nobody, end=5.0).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("model", MODELS)
def test_a_score_is_the_same_to_the_last_digit_whoever_is_scored_with_it(model: Model) -> None:
    fitted = model.from_params(dict(zip(model.NAMES, (0.4, 35.0, 0.7, 30.0), strict=True)))
    draw = np.random.default_rng(26)
    T = draw.integers(0, 700, 3000)
    x = np.minimum(draw.geometric(0.3, 3000) - 1, T)
    recency = np.where(x > 0, np.minimum(x + draw.integers(0, 600, 3000), T), 0)

    def scores(rows: slice) -> list[list[float]]:
        history = (x[rows], recency[rows], T[rows])
        values = customer_lifetime_value(fitted, 7.0, *history, monthly_rate=0.01)
        return [
            fitted.probability_alive(*history).tolist(),
            fitted.expected_purchases(90.0, *history).tolist(),
            values.tolist(),
        ]

    together = scores(slice(None))

    for one in range(0, 3000, 61):
        alone = scores(slice(one, one + 1))
        assert [part[0] for part in alone] == [part[one] for part in together]
