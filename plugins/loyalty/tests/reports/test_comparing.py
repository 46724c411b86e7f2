"""Means of two groups: against published tables, and an example that can be worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_loyalty.reports.comparing import LEAST, Group, compare, t_quantile


def group(number: int, mean: str, variance: str, skewness: str = "0") -> Group:
    return Group(number, Decimal(mean), Decimal(variance), Decimal(skewness))


@pytest.mark.parametrize(
    ("freedom", "known"),
    [(29, "2.0452"), (30, "2.0423"), (40, "2.0211"), (60, "2.0003"), (120, "1.9799")],
)
def test_quantiles_are_those_of_the_tables(freedom: int, known: str) -> None:
    """Table of Student's t, 0.975, as in Pearson and Hartley (1966)."""
    assert round(t_quantile(Decimal(freedom)), 4) == Decimal(known)


def test_the_difference_and_its_interval() -> None:
    """s1^2/n1 = 1 and s2^2/n2 = 4 make 5; v = 25 / (1/99 + 16/99) = 145.588; t = 1.97639."""
    found = compare(group(100, "50", "100"), group(100, "44", "400"))

    assert found.difference == Decimal("6.0000")
    assert (found.low, found.high) == (Decimal("1.5807"), Decimal("10.4193"))
    assert (found.too_small, found.rough) == (False, False)


def test_groups_that_are_too_small_say_nothing() -> None:
    found = compare(group(1000, "50", "100"), group(LEAST - 1, "44", "400"))

    assert found.too_small
    assert (found.difference, found.low, found.high) == (None, None, None)


def test_skewed_figures_of_few_are_rough() -> None:
    skewed = group(354, "5", "9", "1")

    assert compare(skewed, group(400, "5", "9")).rough
    assert not compare(group(355, "5", "9", "1"), group(400, "5", "9")).rough


@given(
    st.integers(LEAST, 10**6),
    st.integers(LEAST, 10**6),
    st.decimals(0, 10**6, places=2),
    st.decimals(0, 10**6, places=2),
    st.decimals(0, 10**6, places=2),
)
def test_the_interval_holds_the_difference(n, m, mean, variance, other) -> None:
    found = compare(Group(n, mean, variance), Group(m, other, other))

    assert found.low <= found.difference <= found.high


def test_groups_that_do_not_vary_have_an_interval_of_nought() -> None:
    found = compare(group(50, "3", "0"), group(50, "1", "0"))

    assert (found.low, found.high) == (Decimal(2), Decimal(2))
