"""What is recommended: by what was bought, never what is owned or not to be had, and to whom."""

from math import sqrt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.scoring.tests.products.conftest import LAX, Shop
from sqlalchemy import select

from guanxi.platform import Platform
from guanxi.testkit.conformance.story import Story
from guanxi_scoring.models import Neighbour, NextProduct
from guanxi_scoring.products import rules, standing

FILLER = {f"filler {number}": ["PEN"] for number in range(20)}
"""Customers enough to learn from; what they buy goes with nothing."""


def recommended(shop: Shop, customer_id: UUID) -> list[tuple[str, str, list[str]]]:
    """Return products with where they come from and why, as stored."""
    with shop.writing() as session:
        found = session.scalars(
            select(NextProduct)
            .where(NextProduct.customer_id == customer_id)
            .order_by(NextProduct.rank)
        )
        return [(one.product, one.source, one.because) for one in found]


def neighbours(shop: Shop) -> dict[tuple[str, str], float]:
    with shop.writing() as session:
        return {(n.product, n.neighbour): n.similarity for n in session.scalars(select(Neighbour))}


def test_neighbours_have_the_cosine_that_one_works_out_by_hand(shop: Shop) -> None:
    shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "C": ["TEA"], "D": ["JAM"], **FILLER})

    shop.fit(**LAX)

    assert neighbours(shop) == {
        ("TEA", "CUP"): pytest.approx(2 / sqrt(3 * 2)),
        ("CUP", "TEA"): pytest.approx(2 / sqrt(3 * 2)),
    }


def test_pairs_of_few_customers_are_shrunk_and_rare_ones_left_out(shop: Shop) -> None:
    crowd = {f"t{number}": ["TEA", "CUP"] for number in range(4)}
    shop.crowd({**crowd, "J": ["JAM", "JAR"], **FILLER})

    shop.fit(least_together=2, significance=0.0, shrinkage=4.0)

    assert neighbours(shop) == {("TEA", "CUP"): 0.5, ("CUP", "TEA"): 0.5}


def test_what_goes_with_what_was_bought_comes_with_its_reason(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "C": ["TEA"], **FILLER})

    shop.fit(**LAX)

    assert recommended(shop, ids["C"]) == [("CUP", "items", ["TEA"]), ("PEN", "popular", [])]
    assert recommended(shop, ids["A"]) == [("PEN", "popular", [])]


def test_who_has_bought_nothing_is_offered_best_sellers_and_gets_no_row(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "New": [], **FILLER})

    shop.fit(**LAX)

    assert recommended(shop, ids["New"]) == []
    with shop.writing() as session:
        found = standing.next_products(session, ids["New"], shop.now)
    assert [(one.product, one.source) for one in found] == [
        ("PEN", "popular"), ("CUP", "popular"), ("TEA", "popular"),
    ]  # fmt: skip


def test_the_first_purchase_changes_what_is_offered_without_learning_again(
    shop: Shop, scoring: Platform
) -> None:
    ids = shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "New": [], **FILLER})
    version = shop.fit(**LAX)
    shop.buy(ids["New"], "TEA", days_ago=0)

    Story(scoring, "scoring", shop.now).deliver()

    assert recommended(shop, ids["New"])[0] == ("CUP", "items", ["TEA"])
    assert shop.fit(**LAX).number == version.number + 1


def test_what_was_sent_back_is_neither_owned_nor_liked(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "C": ["TEA"], **FILLER})
    shop.buy(ids["C"], "TEA", days_ago=5, kind="return")

    shop.fit(**LAX)

    with shop.writing() as session:
        found = standing.next_products(session, ids["C"], shop.now)
    assert recommended(shop, ids["C"]) == []
    assert [one.product for one in found] == ["PEN", "CUP", "TEA"]


def test_products_not_sold_for_long_are_unavailable_unless_marked(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "OLD"], "B": ["TEA", "OLD"]}, days_ago=200)
    more = shop.crowd({"C": ["TEA"], **FILLER})

    shop.fit(**LAX)
    before = [one[0] for one in recommended(shop, more["C"])]
    with shop.writing() as session:
        rules.mark_products(session, "OLD", "available", now=shop.now)
        standing.refresh_everybody(session, shop.now)

    assert ids
    assert before == ["PEN"]
    assert [one[0] for one in recommended(shop, more["C"])] == ["OLD", "PEN"]


def test_a_mark_takes_a_product_out_at_once(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA-1", "CUP"], "B": ["TEA-1", "CUP"], "C": ["CUP"], **FILLER})
    shop.fit(**LAX)
    before = recommended(shop, ids["C"])[0]

    with shop.writing() as session:
        rules.mark_products(session, "TEA-*", "unavailable", reason="Sold out", now=shop.now)

    assert before == ("TEA-1", "items", ["CUP"])
    assert [one[0] for one in recommended(shop, ids["C"])] == ["PEN"]


def test_with_again_only_what_is_once_only_is_not_offered_twice(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "CUP", "POT"], "B": ["TEA", "CUP", "POT"], **FILLER})
    with shop.writing() as session:
        rules.mark_products(session, "POT", "once_only", now=shop.now)

    shop.fit(**LAX, again=True)

    assert [one[0] for one in recommended(shop, ids["A"])] == ["CUP", "TEA", "PEN"]


def test_postage_is_no_product(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "POST"], "B": ["TEA", "POST"], "C": ["TEA"], **FILLER})
    with shop.writing() as session:
        rules.mark_products(session, "P_ST", "ignored", now=shop.now)
        rules.mark_products(session, "POS*", "ignored", now=shop.now)

    version = shop.fit(**LAX)

    assert version.problem is not None
    assert recommended(shop, ids["C"]) == []


def test_codes_of_all_kinds_are_products(shop: Shop) -> None:
    odd = ["a%b_c\\d", "'; DROP TABLE x; --", "茶 🍵", "x" * 200]
    ids = shop.crowd({"A": odd, "B": odd, "C": odd[:1], **FILLER})

    shop.fit(**LAX)

    assert {one[0] for one in recommended(shop, ids["C"])} == {*odd[1:], "PEN"}


def test_a_basket_of_two_thousand_lines_is_learnt_from_in_part(shop: Shop) -> None:
    huge = [f"P{number:04}" for number in range(2000)]
    ids = shop.crowd({"A": huge, "B": ["P0000", "P0001"], "C": ["P0000", "P0001"], **FILLER})

    version = shop.fit(**LAX, most=50)

    assert version.state == "current"
    assert version.parameters["pairs"] == 50 * 20
    assert recommended(shop, ids["A"]) == [("PEN", "popular", [])]


@pytest.mark.parametrize(
    ("baskets", "told"),
    [
        ({}, "No purchase names a product."),
        ({"A": ["TEA"]}, "1 customers bought 1 products"),
        ({f"p{n}": ["TEA"] for n in range(30)}, "30 customers bought 1 products"),
        ({f"p{n}": [f"T{n}"] for n in range(30)}, "No two products are bought together"),
    ],
)
def test_too_little_gives_a_sentence_and_no_recommendation(
    shop: Shop, baskets: dict[str, list[str]], told: str
) -> None:
    ids = shop.crowd(baskets)

    version = shop.fit(**LAX)

    assert version.state == "failed"
    assert version.problem is not None
    assert told in version.problem["message"] % version.problem["values"]
    assert [recommended(shop, one) for one in ids.values()] == [[] for _ in ids]


BASKETS = st.lists(
    st.lists(st.sampled_from("ABCDEFGH"), max_size=6, unique=True), min_size=3, max_size=12
)


def by_hand(baskets: list[list[str]], mine: list[str], away: set[str]) -> list[tuple[str, float]]:
    """Return products with the sum of their cosines to ``mine``, best first."""
    buyers = {one: {n for n, b in enumerate(baskets) if one in b} for b in baskets for one in b}
    scores: dict[str, float] = {}
    for other, theirs in buyers.items():
        if other in mine or other in away:
            continue
        found = 0.0
        for own in mine:
            both, all_of = len(buyers[own] & theirs), len(baskets)
            if both and both * all_of > len(buyers[own]) * len(theirs):
                found += both / sqrt(len(buyers[own]) * len(theirs))
        if found:
            scores[other] = found
    return sorted(scores.items(), key=lambda one: (-round(one[1], 9), -len(buyers[one[0]]), one[0]))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(baskets=BASKETS, away=st.sets(st.sampled_from("ABCDEFGH"), max_size=2))
def test_the_database_agrees_with_brute_force(
    shop: Shop, baskets: list[list[str]], away: set[str]
) -> None:
    everything = [*baskets, *[["PEN"]] * 20]
    with shop.writing() as session:
        _empty(session)
        for product in sorted(away):
            rules.mark_products(session, product, "unavailable", now=shop.now)
    ids = shop.crowd({str(number): basket for number, basket in enumerate(everything)})

    shop.fit(**LAX)

    bought = [one for one in everything if one]
    for number, basket in enumerate(baskets):
        found = recommended(shop, ids[str(number)])
        expected = [one for one, _score in by_hand(bought, basket, away)][:5]
        assert [one[0] for one in found if one[1] == "items"] == expected
        assert not {one[0] for one in found} & {*basket, *away}


def _empty(session: Any) -> None:
    from sqlalchemy import text  # noqa: PLC0415 -- only here

    for table in (
        "scoring_next_products", "scoring_product_rules", "scoring_product_neighbours",
        "scoring_products", "scoring_popular_products", "scoring_models", "touchpoint_lines",
    ):  # fmt: skip
        session.execute(text(f"DELETE FROM {table}"))
