"""What is out of the ordinary: by the weeks before, whatever the size of the figures."""

from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.insight.unusual import ENOUGH, FROM, judge, unusual

FIRST = date(2026, 1, 5)


def by_week(*values: int) -> dict[date, Decimal]:
    return {FIRST + timedelta(weeks=n): Decimal(value) for n, value in enumerate(values)}


def test_a_week_far_below_steady_ones_is_found_with_what_was_ordinary() -> None:
    values = by_week(*[1000, 1010, 990, 1005] * 3, 300)

    (found,) = unusual(values, counts=True)

    assert (found.week_on, found.value) == (FIRST + timedelta(weeks=12), Decimal(300))
    assert found.score < -FROM
    assert found.low < Decimal(1000) < found.high
    assert not found.low <= found.value <= found.high


def test_steady_weeks_are_ordinary_and_so_are_few_of_them() -> None:
    assert unusual(by_week(*[1000, 1010, 990, 1005] * 5), counts=True) == []
    assert unusual(by_week(*[10] * (ENOUGH - 1), 10_000), counts=True) == []


def test_chance_alone_makes_no_alarm_of_small_counts() -> None:
    assert unusual(by_week(*[4] * 12, 9), counts=True) == []


def test_money_below_zero_is_judged_too() -> None:
    (found,) = unusual(by_week(*[5000, 5100, 4900, 5050] * 3, -8000), counts=False)

    assert found.score < -FROM


@given(st.lists(st.integers(0, 10**6), min_size=8, max_size=12), st.integers(0, 10**6))
def test_the_median_is_expected_and_never_unusual(before: list[int], value: int) -> None:
    decimals = [Decimal(one) for one in before]

    found = judge(FIRST, Decimal(value), decimals, counts=True)
    middle = judge(FIRST, found.expected, decimals, counts=True)

    assert found.low <= found.expected <= found.high
    assert abs(middle.score) < FROM
    if len(before) % 2:
        assert abs(float(found.expected) - median(before)) <= 1e-3 * (1 + median(before))
