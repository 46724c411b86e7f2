"""Differences and trends, against published cases, SciPy, and simulation."""

import random

import pytest
from scipy import stats

from guanxi_surveys.figures.comparing import (
    mean_difference,
    nps_difference,
    share_difference,
    trend,
)
from guanxi_surveys.figures.intervals import Figure, NpsParts, nps


def test_newcombe_as_published() -> None:
    """Newcombe (1998), *Statistics in Medicine* 17:873, table II (a): 56/70 and 48/80."""
    found = share_difference(48, 80, 56, 70)

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_pooled_test_agrees_with_chi_square() -> None:
    found = share_difference(48, 80, 56, 70)

    assert found is not None
    expected = stats.chi2_contingency([[48, 32], [56, 14]], correction=False).pvalue
    assert found.p == pytest.approx(expected)


def test_welch_agrees_with_scipy() -> None:
    before, after = [3.0, 4.0, 2.0, 5.0], [5.0, 4.0, 5.0, 5.0, 4.0, 3.0]

    found = mean_difference(_sums(before), _sums(after))

    assert found is not None
    test = stats.ttest_ind(after, before, equal_var=False)
    interval = test.confidence_interval(0.95)
    expected = (test.pvalue, interval.low, interval.high)
    assert (found.p, found.low, found.high) == pytest.approx(expected)


def test_the_same_score_twice_is_no_difference() -> None:
    found = nps_difference(NpsParts(20, 30, 50), NpsParts(20, 30, 50))

    assert found is not None
    assert (found.value, found.p, found.is_significant) == (0, 1, False)


def test_equal_scores_are_called_different_in_five_of_a_hundred_cases() -> None:
    draw = random.Random(3)
    called = 0
    for _ in range(1000):
        made = [draw.choices("dsp", (0.2, 0.3, 0.5), k=120) for _ in range(2)]
        parts = [NpsParts(one.count("d"), one.count("s"), one.count("p")) for one in made]
        found = nps_difference(parts[0], parts[1])
        assert found is not None
        called += found.is_significant
    assert 30 <= called <= 70


def test_nothing_to_compare_is_no_difference() -> None:
    assert nps_difference(NpsParts(0, 0, 0), NpsParts(1, 1, 1)) is None
    assert share_difference(0, 0, 1, 2) is None
    assert mean_difference((1, 4, 16), (5, 20, 90)) is None


def test_means_without_any_spread() -> None:
    same = mean_difference((3, 12, 48), (2, 8, 32))
    other = mean_difference((3, 12, 48), (2, 10, 50))

    assert same is not None
    assert other is not None
    assert (same.p, other.p, other.value) == (1.0, 0.0, 1.0)


def test_a_rise_is_found_with_its_slope() -> None:
    points = [(week, Figure(10 + 3 * week, 0, 0, 100, 2.0)) for week in range(8)]

    found = trend([(float(at), one) for at, one in points])

    assert found is not None
    assert found.slope == pytest.approx(3)
    assert found.is_significant
    assert found.low < 3 < found.high


def test_the_surer_points_count_more() -> None:
    sure = [(0.0, _figure(0, 1.0)), (1.0, _figure(0, 1.0)), (2.0, _figure(0, 1.0))]

    found = trend([*sure, (3.0, _figure(50, 100.0))])

    assert found is not None
    assert abs(found.slope) < 1
    assert not found.is_significant


def test_two_periods_are_no_trend() -> None:
    assert trend([(0.0, _figure(1, 1.0)), (1.0, _figure(9, 1.0))]) is None


def test_a_trend_of_nothing_is_found_in_five_of_a_hundred_cases() -> None:
    draw = random.Random(11)
    called = 0
    for _ in range(400):
        points = []
        for week in range(10):
            made = draw.choices("dsp", (0.25, 0.3, 0.45), k=80)
            one = nps(NpsParts(made.count("d"), made.count("s"), made.count("p")))
            assert one is not None
            points.append((float(week), one))
        found = trend(points)
        assert found is not None
        called += found.is_significant
    assert 8 <= called <= 34


def _figure(value: float, error: float) -> Figure:
    return Figure(value, value - 2 * error, value + 2 * error, 100, error)


def _sums(data: list[float]) -> tuple[int, float, float]:
    return len(data), sum(data), sum(one * one for one in data)
