"""False discoveries held down, and exact tests, against arithmetic by hand."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.mining.significance import benjamini_hochberg, more_than_chance


def test_the_example_of_benjamini_and_hochberg() -> None:
    """Their section 4: 15 comparisons, of which four are found at a rate of 0.05."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip

    q = benjamini_hochberg(p)

    assert [one <= 0.05 for one in q] == [True] * 4 + [False] * 11
    assert q[0] == pytest.approx(0.0015)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_what_is_found_is_what_stepping_up_finds(p: list[float]) -> None:
    q = benjamini_hochberg(p)

    ranked = sorted(p)
    passing = [k for k, one in enumerate(ranked, 1) if one * len(p) / k <= 0.05]
    limit = ranked[passing[-1] - 1] if passing else -1.0
    assert [one <= 0.05 for one in q] == [one <= limit for one in p]


def test_the_exact_test_counts_tables() -> None:
    """Of 10 customers 4 have the one, 5 the other, 4 both."""
    by_hand = Fraction(comb(5, 4) * comb(5, 0), comb(10, 4))

    assert more_than_chance(4, 4, 5, 10) == pytest.approx(float(by_hand))
