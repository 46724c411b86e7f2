"""What codes take off an order: by example, and for any order and any codes."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_loyalty.vouchers.allocation import allocate
from guanxi_loyalty.vouchers.basket import Basket, BasketLine
from guanxi_loyalty.vouchers.discounts import NO_PRODUCT, TOO_LITTLE, Left, Terms, discount
from guanxi_loyalty.vouchers.stacking import SHUT_OUT, Stacked, stack


def terms(effect: str = "percent", value: int = 1000, **more: Any) -> Terms:
    """Return terms that ask nothing of the order."""
    usual: dict[str, Any] = {"most": None, "min_order": 0, "conditions": {}, "family": None}
    usual |= {"alone": False, "priority": 100, "customer_limit": None, "total_limit": None}
    return Terms(UUID(int=1), UUID(int=2), "set", "Off", "减", effect, value, **(usual | more))


def order(*amounts: int, quantity: int = 1, shipping: int = 0) -> Basket:
    """Return lines of products ``p0``, ``p1``, ... in categories ``c0``, ``c1``, ..."""
    lines = [
        BasketLine(str(place), f"p{place}", amount, quantity, (f"c{place}",))
        for place, amount in enumerate(amounts)
    ]
    return Basket("GBP", lines, shipping)


def off(basket: Basket, code: Terms) -> list[int]:
    """Return what a code takes off each line."""
    left = Left([line.amount for line in basket.lines], basket.shipping)
    return list(discount(code, basket, left).lines)


def worked(basket: Basket, *codes: Terms) -> Stacked:
    """Let codes work together."""
    return stack(basket, codes)


def test_ten_over_three_equal_lines_loses_nothing() -> None:
    assert allocate(1000, [10_000, 10_000, 10_000]) == [334, 333, 333]


def test_the_line_that_lost_most_by_rounding_gets_the_rest() -> None:
    assert allocate(100, [1, 1, 4]) == [17, 17, 66]
    assert allocate(10, [3, 7, 5]) == [2, 5, 3]


def test_nothing_is_shared_over_lines_that_cost_nothing() -> None:
    assert allocate(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="nothing"):
        allocate(1, [0, 0])


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
def test_parts_sum_to_the_whole_and_none_exceeds_its_line(
    weights: list[int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))

    parts = allocate(total, weights)

    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    exact = [total * weight / max(sum(weights), 1) for weight in weights]
    assert all(abs(part - share) < 1.001 for part, share in zip(parts, exact, strict=True))


def test_a_percentage_is_rounded_down_once_for_the_order() -> None:
    assert off(order(999, 999), terms(value=1000)) == [100, 99]


def test_a_percentage_may_be_capped() -> None:
    assert off(order(6000, 4000), terms(value=5000, most=100)) == [60, 40]


def test_an_amount_takes_no_more_than_there_is() -> None:
    assert off(order(300, 200), terms("amount", 1000)) == [300, 200]


def test_the_order_has_to_reach_the_minimum() -> None:
    code = terms(min_order=500)

    assert off(order(500), code) == [50]
    assert discount(code, order(499), Left([499], 0)).refused == TOO_LITTLE


def test_only_lines_that_meet_the_conditions_pay_less() -> None:
    basket = order(1000, 1000, 1000)

    assert off(basket, terms(conditions={"products": ["p1"]})) == [0, 100, 0]
    assert off(basket, terms(conditions={"categories": ["c2"]})) == [0, 0, 100]
    assert off(basket, terms(conditions={"except": ["p0"]})) == [0, 100, 100]
    refused = discount(terms(conditions={"products": ["x"]}), basket, Left([1000] * 3, 0))
    assert refused.refused == NO_PRODUCT


def test_the_cheapest_pieces_are_free() -> None:
    assert off(order(3000, 900, quantity=3), terms("product", 2)) == [0, 600]
    assert off(order(3000, 900, quantity=3), terms("product", 4)) == [1000, 900]
    assert off(order(3000, 900, quantity=3), terms("product", 4, most=1000)) == [100, 900]


def test_shipping_is_free_and_goods_are_not() -> None:
    found = worked(order(1000, shipping=450), terms("shipping", 0))

    assert found.left == Left([1000], 0)
    assert found.discounts[0].total == 450


def test_each_code_works_on_what_the_earlier_ones_left() -> None:
    found = worked(order(10_000), terms(value=5000), terms(value=5000))

    assert [part.total for part in found.discounts] == [5000, 2500]
    assert found.left.lines == [2500]


def test_the_lower_priority_works_first() -> None:
    found = worked(order(10_000), terms("amount", 1000), terms(value=5000, priority=1))

    assert [part.total for part in found.discounts] == [1000, 5000]


def test_of_a_family_only_one_works() -> None:
    found = worked(order(10_000), terms(family="summer"), terms(family="summer"), terms())

    assert [part.refused for part in found.discounts] == [None, SHUT_OUT, None]


def test_a_code_that_works_alone_shuts_out_the_others() -> None:
    first = worked(order(10_000), terms(alone=True), terms())
    second = worked(order(10_000), terms(), terms(alone=True))

    assert [part.refused for part in first.discounts] == [None, SHUT_OUT]
    assert [part.refused for part in second.discounts] == [None, SHUT_OUT]


def test_a_code_that_does_not_fit_shuts_nobody_out() -> None:
    found = worked(order(100), terms(alone=True, min_order=500, family="x"), terms(family="x"))

    assert [part.refused for part in found.discounts] == [TOO_LITTLE, None]


LINES = st.builds(
    BasketLine,
    ref=st.uuids().map(str),
    product=st.sampled_from("abc"),
    amount=st.integers(0, 10**7),
    quantity=st.integers(1, 5),
    categories=st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
)
BASKETS = st.builds(
    Basket,
    currency=st.just("GBP"),
    lines=st.lists(LINES, max_size=8, unique_by=lambda line: line.ref),
    shipping=st.integers(0, 5000),
)
CODES = st.builds(
    terms,
    effect=st.sampled_from(["percent", "amount", "product", "shipping"]),
    value=st.integers(1, 10_000),
    most=st.none() | st.integers(1, 10**6),
    min_order=st.integers(0, 10**6),
    conditions=st.sampled_from([{}, {"products": ["a"]}, {"categories": ["x"]}, {"except": ["b"]}]),
    family=st.none() | st.sampled_from("fg"),
    alone=st.booleans(),
    priority=st.integers(1, 3),
)


@given(BASKETS, st.lists(CODES, max_size=6))
def test_no_line_falls_below_zero_and_the_sums_agree(basket: Basket, codes: list[Terms]) -> None:
    found = stack(basket, codes)

    whole = basket.goods + basket.shipping
    taken = sum(part.total for part in found.discounts)
    assert all(amount >= 0 for amount in found.left.lines)
    assert found.left.shipping >= 0
    assert sum(found.left.lines) + found.left.shipping == whole - taken
    for part, code in zip(found.discounts, codes, strict=True):
        assert all(amount >= 0 for amount in part.lines)
        assert code.most is None or part.total <= code.most
        assert part.refused is None or part.total == 0
