"""The figures of the standard's own example, and what must hold for any."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guanxi_loyalty.reports.ifrs15 import allocated, expected_units, recognise


def test_example_52_of_the_standard() -> None:
    """IE267 to IE270: products for 100,000 give 10,000 points; a point's own price is 0.95."""
    points = allocated(Decimal(100_000), Decimal(100_000), Decimal("0.95") * 10_000)
    assert round(points) == 8_676
    assert round(allocated(Decimal(100_000), points * 0 + Decimal(9_500), Decimal(100_000))) == (
        91_324
    )

    first = recognise(points, total=10_000, redeemed=4_500, outstanding=5_500, breakage=500)
    assert (first.expected, round(first.recognised), round(first.deferred)) == (9_500, 4_110, 4_566)

    second = recognise(points, total=10_000, redeemed=8_500, outstanding=1_500, breakage=300)
    assert (second.expected, round(second.recognised)) == (9_700, 7_603)
    assert round(second.recognised - first.recognised) == 3_493
    assert round(second.deferred) == 1_073


units = st.integers(0, 10**9)
shares = st.integers(0, 10_000)


@given(units, units, units, shares)
def test_expected_units_lie_between_what_was_and_what_can_be(redeemed, left, gone, breakage):
    expected = expected_units(redeemed + left + gone, redeemed, left, breakage)

    assert redeemed <= expected <= redeemed + left


@given(st.decimals(0, 10**9, places=2), units, units, units, shares)
def test_recognised_and_owed_are_the_whole(price, redeemed, left, gone, breakage):
    found = recognise(price, redeemed + left + gone, redeemed, left, breakage)

    assert found.recognised + found.deferred == price
    assert 0 <= found.breakage <= found.recognised <= price + Decimal("0.000001")


@given(st.decimals(1, 10**6, places=2), st.integers(1, 10**6), shares, st.data())
def test_who_spends_more_owes_less(price, total, breakage, data):
    redeemed = data.draw(st.integers(0, total - 1))

    before = recognise(price, total, redeemed, total - redeemed, breakage)
    after = recognise(price, total, redeemed + 1, total - redeemed - 1, breakage)

    assert after.deferred <= before.deferred


def test_nothing_outstanding_owes_nothing() -> None:
    assert recognise(Decimal(90), 100, 60, 0, 0).deferred == 0
    assert recognise(Decimal(90), 100, 0, 0, 0).deferred == 0
    assert recognise(Decimal(90), 100, 0, 100, 0).deferred == 90
