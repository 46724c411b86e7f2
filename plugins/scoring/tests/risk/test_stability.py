"""Stability and measures, against figures worked out by hand and their definitions."""

from math import isclose, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.risk.card.evidence import evidence, information_value
from guanxi_scoring.risk.card.measures import auc, ks
from guanxi_scoring.risk.card.stability import stability_index, verdict


def test_the_index_is_as_by_hand() -> None:
    # 30, 40, 30 % became 20, 40, 40 %: -0.1 ln(2/3) + 0 + 0.1 ln(4/3)
    found = stability_index([30, 40, 30], [200, 400, 400])

    assert isclose(found, 0.1 * log(3 / 2) + 0.1 * log(4 / 3))
    assert round(found, 4) == 0.0693


def test_verdicts_change_at_a_tenth_and_a_quarter() -> None:
    assert [verdict(one) for one in (0.0999, 0.1, 0.2499, 0.25)] == [
        "stable", "watch", "watch", "alarm",
    ]  # fmt: skip


def test_an_emptied_class_is_an_alarm_and_no_infinity() -> None:
    assert verdict(stability_index([50, 50], [100, 0])) == "alarm"


@pytest.mark.parametrize(
    ("expected", "actual"), [([1, 2], [1]), ([0, 0], [1, 1]), ([1, 1], [0, 0])]
)
def test_what_cannot_be_compared_is_refused(expected: list[int], actual: list[int]) -> None:
    with pytest.raises(ValueError, match="same classes"):
        stability_index(expected, actual)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=12))
def test_the_same_population_is_stable(counts: list[int]) -> None:
    assert isclose(stability_index(counts, [3 * one for one in counts]), 0, abs_tol=1e-12)


def test_evidence_is_as_by_hand() -> None:
    # 100 good, 50 bad; the first bin holds 80 and 20, the second 20 and 30
    found = evidence([(80, 20), (20, 30), (0, 0)], 100, 50)

    assert isclose(found[0].woe, log(0.8 / 0.4))
    assert isclose(found[1].woe, log(0.2 / 0.6))
    assert isclose(information_value(found), 0.4 * log(2) + 0.4 * log(3))
    assert found[2].woe == 0


def test_a_bin_without_bad_cases_stays_finite() -> None:
    found = evidence([(10, 0), (90, 50)], 100, 50)

    assert isclose(found[0].woe, log((10.5 / 100) / (0.5 / 50)))


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60))
def test_auc_counts_pairs_and_ks_is_the_widest_gap(pairs: list[tuple[int, bool]]) -> None:
    good = [score for score, bad in pairs if not bad]
    bad = [score for score, bad in pairs if bad]
    if not (good and bad):
        return
    scores, outcome = np.array([p[0] for p in pairs], float), np.array([int(p[1]) for p in pairs])

    won = sum((g > b) + (g == b) / 2 for g in good for b in bad) / (len(good) * len(bad))
    gap = max(
        abs(sum(b <= at for b in bad) / len(bad) - sum(g <= at for g in good) / len(good))
        for at in range(7)
    )
    assert isclose(auc(scores, outcome), won, abs_tol=1e-12)
    assert isclose(ks(scores, outcome), gap, abs_tol=1e-12)
