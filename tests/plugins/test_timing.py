"""Times are counted in buckets that double in width."""

from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.plugins.timing import BOUNDS, Timing, Timings, quantile


@given(st.integers(min_value=0, max_value=10**12))
def test_a_call_lands_in_the_bucket_between_its_bounds(nanoseconds: int) -> None:
    timing = Timing()

    timing.add(nanoseconds)

    expected = bisect_right([round(bound * 1e9) for bound in BOUNDS], nanoseconds)
    assert timing.buckets.index(1) == expected
    assert timing.nanoseconds == nanoseconds


def test_quantiles_are_the_bound_of_the_bucket_that_reaches_the_share() -> None:
    timing = Timing()
    for milliseconds in [1] * 90 + [100] * 10:
        timing.add(milliseconds * 1_000_000)

    assert quantile(timing.buckets, 0.5) == pytest.approx(0.00128)
    assert quantile(timing.buckets, 0.95) == pytest.approx(0.16384)


def test_without_calls_there_is_no_quantile() -> None:
    assert quantile(Timing().buckets, 0.5) is None


def test_taking_starts_anew() -> None:
    timings = Timings()
    timings.add("sample", "on_x", 0.5)

    taken = timings.take()
    timings.add("sample", "on_x", 0.25)

    assert taken["sample", "on_x"].seconds == pytest.approx(0.5)
    assert timings.take()["sample", "on_x"].seconds == pytest.approx(0.25)
