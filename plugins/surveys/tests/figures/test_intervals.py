"""Scores and their intervals, against published cases, SciPy, and simulation."""

import math
import random

import pytest
from scipy import stats

from guanxi_surveys.figures.intervals import NpsParts, mean, nps, nps_group, nps_parts, share


def test_nps_is_the_share_of_promoters_less_that_of_detractors() -> None:
    counts = [1, 0, 0, 0, 0, 1, 1, 2, 3, 5, 7]

    parts = nps_parts(counts)

    assert (parts.detractors, parts.passives, parts.promoters) == (3, 5, 12)
    found = nps(parts)
    assert found is not None
    assert (found.value, found.n) == (45.0, 20)


def test_nps_interval_by_hand() -> None:
    """15 promoters, 10 passives, 5 detractors: (15.75 - 5.75) / 33 and its variance."""
    found = nps(NpsParts(5, 10, 15))

    assert found is not None
    p, d = 15.75 / 33, 5.75 / 33
    reach = 1.959963984540054 * 100 * math.sqrt((p + d - (p - d) ** 2) / 33)
    assert found.low == pytest.approx(100 * (p - d) - reach)
    assert found.high == pytest.approx(100 * (p - d) + reach)


def test_nps_interval_covers_the_true_score() -> None:
    """95 of 100 times or a little more, also with 25 answers, where the plain one falls short."""
    draw = random.Random(7)
    truth = 100 * (0.75 - 0.05)
    covered = 0
    for _ in range(2000):
        made = draw.choices(("d", "s", "p"), (0.05, 0.2, 0.75), k=25)
        found = nps(NpsParts(made.count("d"), made.count("s"), made.count("p")))
        assert found is not None
        covered += found.low <= truth <= found.high
    assert 0.93 * 2000 <= covered <= 0.985 * 2000


def test_nps_interval_ends_at_the_ends_of_the_scale() -> None:
    all_love_us = nps(NpsParts(0, 0, 8))

    assert all_love_us is not None
    assert (all_love_us.value, all_love_us.high) == (100.0, 100.0)
    assert all_love_us.low < 100
    assert all_love_us.is_small


def test_nobody_is_no_figure() -> None:
    assert nps(NpsParts(0, 0, 0)) is None
    assert share(0, 0) is None
    assert mean(0, 0, 0) is None


@pytest.mark.parametrize(
    ("score", "group"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter")],
)
def test_groups(score: int, group: str) -> None:
    assert nps_group(score) == group


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_off_the_scale_has_no_group(score: int) -> None:
    with pytest.raises(ValueError, match="whole scale"):
        nps_group(score)


@pytest.mark.parametrize(("good", "n"), [(0, 10), (1, 10), (7, 10), (10, 10), (81, 263), (3, 3)])
def test_wilson_agrees_with_scipy(good: int, n: int) -> None:
    expected = stats.binomtest(good, n).proportion_ci(0.95, method="wilson")

    found = share(good, n)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_as_published() -> None:
    """Newcombe (1998), *Statistics in Medicine* 17:857, table I: 81 of 263."""
    found = share(81, 263)

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_a_share_of_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to n"):
        share(4, 3)


def test_mean_agrees_with_scipy() -> None:
    data = [4.0, 5.0, 3.0, 5.0, 1.0, 4.0]

    found = mean(len(data), sum(data), sum(x * x for x in data))

    assert found is not None
    error = stats.sem(data)
    low, high = stats.t.interval(0.95, len(data) - 1, sum(data) / len(data), error)
    assert (found.low, found.high, found.error) == pytest.approx((low, high, error))


def test_one_answer_says_nothing_of_how_answers_differ() -> None:
    found = mean(1, 4, 16)

    assert found is not None
    assert (found.value, found.low, found.high) == (4, -math.inf, math.inf)
