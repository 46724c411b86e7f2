"""Next products on pages, in the API, on the command line; offers and what came of them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.products.conftest import LAX, Shop
from sqlalchemy import select

from guanxi.errors import Invalid
from guanxi.sdk import attributes_of
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.people import Person
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.models import Offer
from guanxi_scoring.products import kind, offers
from guanxi_scoring.products.explaining import explain

Guanxi = Callable[..., str]


@pytest.fixture
def trade(shop: Shop) -> dict[str, UUID]:
    """Cups go with tea; Cy has tea only, New nothing."""
    filler = {f"f{number}": ["PEN"] for number in range(20)}
    ids = shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "Cy": ["TEA"], "New": [], **filler})
    shop.fit(**LAX)
    return ids


def test_the_api_tells_what_to_offer_and_why(api: ApiClient, trade: dict[str, UUID]) -> None:
    found = api.get(f"/scoring/customers/{trade['Cy']}/next-products").json

    first = found["products"][0]
    assert (first["product"], first["description"], first["because"]) == ("CUP", "The CUP", ["TEA"])
    new = api.get(f"/scoring/customers/{trade['New']}/next-products").json
    assert [one["source"] for one in new["products"]] == ["popular"] * 3


def test_the_attribute_names_the_product(shop: Shop, trade: dict[str, UUID]) -> None:
    with shop.writing() as session:
        attribute = attributes_of(session)["scoring.next_product"]
        assert attribute.join is not None
        from guanxi.sdk import Customer  # noqa: PLC0415

        query = (
            select(attribute.sql()).select_from(Customer).outerjoin(attribute.join, attribute.on)
        )
        told = [session.scalar(query.where(Customer.id == trade[name])) for name in ("Cy", "New")]

    assert told == ["CUP · The CUP", None]


def test_the_reason_stands_with_the_scores(shop: Shop, trade: dict[str, UUID]) -> None:
    with shop.writing() as session:
        (found,) = explain(session, trade["Cy"])
        (unknown,) = explain(session, trade["New"])

    assert found.value is not None
    assert [one.sentence.values for one in found.reasons] == [{"product": "The TEA"}]
    assert (unknown.value, unknown.unknown is not None) == (None, True)


def test_marks_come_and_go_in_the_api(api: ApiClient, trade: dict[str, UUID]) -> None:
    body = {"pattern": "CUP", "mark": "unavailable", "reason": "Sold out"}
    made = api.post("/scoring/products/marks", json=body)
    found = api.get(f"/scoring/customers/{trade['Cy']}/next-products").json
    listed = api.get("/scoring/products/marks").json["items"]
    gone = api.delete(f"/scoring/products/marks/{made.json['id']}")

    assert [one["product"] for one in found["products"]] == ["PEN"]
    assert [(one["pattern"], one["mark"]) for one in listed] == [("CUP", "unavailable")]
    assert gone.status_code == 204
    wrong = api.post("/scoring/products/marks", json={"pattern": "x", "mark": "odd"})
    assert wrong.status_code == 422


def test_an_offer_is_noted_once_and_the_control_is_told_apart(
    shop: Shop, trade: dict[str, UUID], configure: Callable[..., None]
) -> None:
    configure(next_control_percent=90)
    with shop.writing() as session:
        first = offers.offer(session, trade["Cy"], "CUP", now=shop.now)
        again = offers.offer(session, trade["Cy"], "CUP", now=shop.now)
        assert first.id == again.id
        assert first.arm == offers.arm_of(trade["Cy"], 90)
        assert first.rank == 1
        with pytest.raises(Invalid):
            offers.offer(session, trade["Cy"], "NOTHING", now=shop.now)


def test_about_as_many_are_held_back_as_asked_for_always_the_same() -> None:
    ids = [UUID(int=number) for number in range(2000)]

    held = {one for one in ids if offers.arm_of(one, 10) == "control"}

    assert 150 < len(held) < 250
    assert held <= {one for one in ids if offers.arm_of(one, 20) == "control"}
    assert {offers.arm_of(one, 0) for one in ids} == {"offered"}


def test_conversion_counts_who_bought_within_the_days(shop: Shop, trade: dict[str, UUID]) -> None:
    people = [trade[f"f{number}"] for number in range(4)]
    with shop.writing() as session:
        for place, one in enumerate(people):
            session.add(
                Offer(
                    id=one, customer_id=one, product="CUP", rank=1, days=30,
                    arm="offered" if place < 3 else "control",
                    at=shop.now - timedelta(days=60 if place else 10), actor_name="x",
                )
            )  # fmt: skip
    shop.buy(people[1], "CUP", days_ago=40)
    shop.buy(people[2], "CUP", days_ago=20)
    shop.buy(people[3], "CUP", days_ago=50)

    with shop.writing() as session:
        found = offers.conversion(session, shop.now)

    counted = (found.offered, found.offered_bought, found.control, found.control_bought)
    assert counted == (2, 1, 1, 1)
    assert (found.waiting, found.too_small, found.difference) == (1, True, None)


def test_the_interval_is_that_of_newcombe() -> None:
    """His table II, case (a), method 10: 56/70 against 48/80."""
    found = offers.newcombe(56, 70, 48, 80)

    assert [round(one, 4) for one in found] == [0.2, 0.0524, 0.3339]


def test_the_page_shows_quality_marks_and_customers(admin: Person, trade: dict[str, UUID]) -> None:
    page = admin.read("/scoring/products")
    mine = admin.read(f"/scoring/customers/{trade['Cy']}/preferences")

    assert "Most recommended" in page
    assert "The CUP" in page
    assert "Bought with “The TEA”" in mine


def test_the_command_line_tells_offers_and_marks(guanxi: Guanxi, trade: dict[str, UUID]) -> None:
    assert "CUP" in guanxi("next", trade["Cy"])
    assert json.loads(guanxi("offer", trade["Cy"], "CUP", "--json"))["product"] == "CUP"
    assert "waiting  1" in " ".join(guanxi("offers").split("\n")).replace("      1", "  1")
    guanxi("mark", "POST", "ignored", "--reason", "Postage")
    assert "POST" in guanxi("marks")
    guanxi("unmark", "POST")
    assert guanxi("marks") == ""


def test_a_version_far_worse_than_the_one_in_force_is_kept_back() -> None:
    good: dict[str, Any] = {"hit_rate": 0.5, "customers": 400}

    assert kind.worse({"hit_rate": 0.45, "customers": 400}, good, 1.645) is None
    assert kind.worse({"hit_rate": 0.3, "customers": 400}, good, 1.645) is not None
    assert kind.worse({"customers": 0}, good, 1.645) is None


def test_an_archived_model_recommends_nothing(shop: Shop, trade: dict[str, UUID]) -> None:
    with shop.writing() as session:
        kind.unscore(session, get_model(session, "next_product"))

    with shop.writing() as session:
        from guanxi_scoring.products import standing  # noqa: PLC0415

        assert standing.next_products(session, trade["Cy"], shop.now) == []
