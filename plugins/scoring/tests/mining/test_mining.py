"""Mining a small town: what is put forward, with which figures, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plugins.scoring.tests.products.conftest import Shop
from sqlalchemy import func, select

from guanxi.errors import Invalid, PreconditionFailed
from guanxi.sdk import Customer
from guanxi_scoring.mining import (
    associations,
    clusters,
    evidence,
    insights,
    running,
    sequences,
)
from guanxi_scoring.mining.baskets import chosen
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.models import Cluster, Insight
from guanxi_scoring.products.learning import baskets

ANNA = Decider("Anna")


@pytest.fixture
def town(shop: Shop, configure: Callable[..., None]) -> dict[str, UUID]:
    """Sixty customers: thirty buy tea with cups and then jam; French ones buy wine."""
    configure(mining_least_customers=10)
    ids = {}
    with shop.writing() as session:
        from guanxi.customers.domain.creating import create_customer  # noqa: PLC0415
        from guanxi.customers.domain.drafts import CustomerDraft  # noqa: PLC0415

        for number in range(60):
            drinks, french = number < 30, number % 3 == 0
            draft = CustomerDraft(name=f"P{number}", country="FR" if french else "GB")
            one = ids[f"P{number}"] = create_customer(session, draft, now=shop.now).id
            first = ["TEA", "CUP"] if drinks else ["PEN"]
            began = 100 + 10 * number
            shop.bought(session, one, [*first, "WINE"] if french else first, began)
            if drinks:
                shop.bought(session, one, ["JAM"], began - 30)
            shop.bought(session, one, ["BAG"], 5 if drinks else 50)
    return ids


def mine(shop: Shop) -> dict[str, Any]:
    with shop.writing() as session:
        found: dict[str, Any] = running.mine(session, shop.now)
        return found


def found_of(shop: Shop, kind: str) -> dict[str, Insight]:
    with shop.writing() as session:
        rows = insights.list_insights(session, kind=kind)
        session.expunge_all()
        return {one.key: one for one in rows}


def test_products_bought_together_are_told_with_support_confidence_and_lift(
    shop: Shop, town: dict[str, UUID]
) -> None:
    mine(shop)

    found = found_of(shop, "association")["association: CUP + TEA"].evidence

    assert town
    assert {key: found[key] for key in ("customers", "of_a", "of_b", "both")} == {
        "customers": 60, "of_a": 30, "of_b": 30, "both": 30,
    }  # fmt: skip
    assert (found["support"], found["confidence"], found["lift"]) == (0.5, 1.0, 2.0)
    assert found["q"] < 1e-10


def test_a_trait_that_goes_with_a_product_is_told(shop: Shop, town: dict[str, UUID]) -> None:
    mine(shop)

    found = found_of(shop, "trait")

    assert town
    assert list(found) == ["trait: customers.country = FR + WINE"]
    (one,) = found.values()
    assert (one.evidence["confidence"], one.evidence["lift"]) == (1.0, 3.0)
    assert one.statement["values"]["value"] == "FR"


def test_what_follows_what_is_told_in_this_order_only(shop: Shop, town: dict[str, UUID]) -> None:
    mine(shop)

    found = found_of(shop, "sequence")

    assert town
    assert "sequence: TEA > JAM" in found
    assert "sequence: JAM > TEA" not in found
    figures = found["sequence: TEA > JAM"].evidence
    assert (figures["both"], figures["of_a"], figures["forward"]) == (30, 30, 1.0)


def test_what_only_came_on_the_market_later_follows_nothing() -> None:
    """Everybody buys both, OLD up to some day and NEW since: the calendar explains it."""
    days = np.array([[number, 100 + number] for number in range(50)], dtype=np.int32)

    told = sequences.sequences(days, ["OLD", "NEW"], {}, within=200, least=5, last=1000)

    assert sequences.by_calendar(days).tolist() == [[0.5, 1.0], [0.0, 0.5]]
    assert told == []


def test_every_figure_opens_the_customers_behind_it(shop: Shop, town: dict[str, UUID]) -> None:
    shop.buy(town["P0"], "TEA", days_ago=3, kind="return")
    mine(shop)

    with shop.writing() as session:
        for one in insights.list_insights(session):
            rows = session.scalar(
                select(func.count()).select_from(Customer).where(evidence.about(session, one))
            )
            assert (one.key, rows) == (one.key, one.evidence["both"])


def test_mining_again_finds_the_same(shop: Shop, town: dict[str, UUID]) -> None:
    first = mine(shop)
    with shop.writing() as session:
        groups = {one.customer_id: one.cluster for one in session.scalars(select(Cluster))}

    again = mine(shop)

    with shop.writing() as session:
        assert {one.customer_id: one.cluster for one in session.scalars(select(Cluster))} == groups
    assert set(groups) == set(town.values())
    assert first["new"] > 0
    assert (again["new"], again["seen_again"]) == (0, first["new"])


def test_a_rejected_insight_is_never_put_forward_again(shop: Shop, town: dict[str, UUID]) -> None:
    mine(shop)
    one = found_of(shop, "association")["association: CUP + TEA"]
    with shop.writing() as session:
        insights.decide(session, one.id, "rejected", "They come as a set", by=ANNA, now=shop.now)

    mine(shop)

    after = found_of(shop, "association")["association: CUP + TEA"]
    assert town
    assert (after.state, after.reason, after.owner_name) == (
        "rejected", "They come as a set", "Anna",
    )  # fmt: skip


def test_what_is_not_found_again_expires_and_comes_back_as_new(
    shop: Shop, town: dict[str, UUID]
) -> None:
    mine(shop)
    before = {one.state for one in found_of(shop, "association").values()}
    with shop.writing() as session:
        insights.expire(session, shop.now + timedelta(days=91))
    ended = {one.state for one in found_of(shop, "association").values()}

    mine(shop)

    assert town
    assert (before, ended) == ({"new"}, {"expired"})
    assert {one.state for one in found_of(shop, "association").values()} == {"new"}


def test_the_share_confirmed_counts_what_was_decided(shop: Shop, town: dict[str, UUID]) -> None:
    mine(shop)
    ids = [one.id for one in found_of(shop, "association").values()][:3]
    with shop.writing() as session:
        before = insights.tally(session).share_confirmed
        for one, decision in zip(ids, ("confirmed", "confirmed", "rejected"), strict=False):
            insights.decide(session, one, decision, "Seen", by=ANNA, now=shop.now)
        after = insights.tally(session).share_confirmed

    assert town
    assert before is None
    assert after == pytest.approx(2 / 3)


def test_a_decision_needs_a_reason_and_the_version_that_was_read(
    shop: Shop, town: dict[str, UUID]
) -> None:
    mine(shop)
    one = next(iter(found_of(shop, "association").values())).id

    assert town
    with shop.writing() as session:
        with pytest.raises(Invalid):
            insights.decide(session, one, "confirmed", " ", by=ANNA, now=shop.now)
        with pytest.raises(Invalid):
            insights.decide(session, one, "expired", "x", by=ANNA, now=shop.now)
        insights.decide(session, one, "confirmed", "x", by=ANNA, now=shop.now, version=1)
        with pytest.raises(PreconditionFailed):
            insights.decide(session, one, "rejected", "x", by=ANNA, now=shop.now, version=1)


def test_too_few_customers_give_a_sentence(shop: Shop) -> None:
    shop.crowd({"A": ["TEA"], "B": []})

    assert mine(shop)["problem"].startswith("Too few customers have bought anything: 1;")


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("ABCDE"), max_size=5, unique=True), min_size=1, max_size=40)
)
def test_associations_agree_with_counting_by_hand(histories: list[list[str]]) -> None:
    bought = [(UUID(int=number), one) for number, one in enumerate(histories) if one]
    found = chosen(baskets(bought), 1)

    told = associations.between_products(found, {}, 1)

    n = len(bought)
    for one in told:
        a, b = (
            {row for row, (_id, basket) in enumerate(bought) if one.subject[name] in basket}
            for name in ("a", "b")
        )
        assert one.evidence["both"] == len(a & b)
        assert one.evidence["confidence"] == len(a & b) / len(a)
        assert one.evidence["lift"] == pytest.approx(len(a & b) * n / (len(a) * len(b)))
        assert one.evidence["q"] <= associations.MOST_FALSE
    pairs = {frozenset(pair) for pair in combinations("ABCDE", 2)}
    assert {frozenset((one.subject["a"], one.subject["b"])) for one in told} <= pairs


def test_groups_that_lie_apart_are_found_and_described() -> None:
    draw = np.random.default_rng(5)
    near, far = [1, 20, 100, 30, 5, 0.0], [300, 1, 10, 2, 1, 0.0]
    features = np.array([near] * 40 + [far] * 30, dtype=float) * draw.uniform(0.95, 1.05, (70, 6))
    people = [UUID(int=number) for number in range(70)]

    groups = clusters.group(people, features, seed=1)

    assert groups is not None
    assert set(groups.of[:40].tolist()) & set(groups.of[40:].tolist()) == set()
    again = clusters.group(people, features, seed=1)
    assert again is not None
    assert again.of.tolist() == groups.of.tolist()


@pytest.mark.parametrize("rows", [10, 80])
def test_too_few_or_all_alike_make_no_groups(rows: int) -> None:
    features = np.ones((rows, len(clusters.FEATURES)))

    assert clusters.group([UUID(int=one) for one in range(rows)], features, seed=1) is None
