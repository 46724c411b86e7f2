"""Preferences: inferred with evidence, decided for good, through refits and merges."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.products.conftest import Shop
from sqlalchemy import select

from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.errors import Invalid, NotFound, PreconditionFailed
from guanxi.platform import Platform
from guanxi.testkit.conformance.story import Story
from guanxi_scoring.mining import customer_data, deciding, preferences
from guanxi_scoring.models import Preference
from guanxi_scoring.products.intervals import wilson

Told = dict[tuple[str, str], str]


@pytest.fixture
def crowd(shop: Shop) -> dict[str, UUID]:
    """Twenty customers who buy all sorts at the website, and Anna, who buys tea at the store."""
    ids = shop.crowd({f"P{number}": [f"GOOD{number}"] for number in range(20)}, days_ago=40)
    anna = shop.person("Anna")
    with shop.writing() as session:
        for week in range(12):
            shop.bought(
                session, anna, ["TEA"], 7 * week + 1, channel="store", price="9" if week else "1"
            )
    return {**ids, "Anna": anna}


def told(shop: Shop, customer_id: UUID) -> Told:
    with shop.writing() as session:
        rows = session.scalars(select(Preference).where(Preference.customer_id == customer_id))
        return {(one.dimension, one.value): one.state for one in rows}


def refit(shop: Shop) -> None:
    with shop.writing() as session:
        preferences.infer_everybody(session, shop.now)


def decide(shop: Shop, one: UUID, about: tuple[str, str], decision: str, **more: Any) -> None:
    with shop.writing() as session:
        deciding.decide_preference(session, one, about, decision, now=shop.now, **more)


def test_what_one_does_more_than_others_is_inferred(shop: Shop, crowd: dict[str, UUID]) -> None:
    refit(shop)

    assert set(told(shop, crowd["Anna"])) == {
        ("product", "TEA"), ("channel", "store"), ("weekday", "7"), ("price", "high"),
    }  # fmt: skip
    assert told(shop, crowd["P1"]) == {}


def test_the_confidence_is_the_lower_bound_of_wilson(shop: Shop, crowd: dict[str, UUID]) -> None:
    refit(shop)

    with shop.writing() as session:
        found = session.get_one(Preference, (crowd["Anna"], "price", "high"))
        assert (found.evidence, found.of, found.usual) == (11, 12, 11 / 32)
        assert found.confidence == pytest.approx(wilson(11, 12, 2.575829)[0])


def test_a_rejected_preference_never_comes_back(shop: Shop, crowd: dict[str, UUID]) -> None:
    refit(shop)
    anna = crowd["Anna"]
    decide(shop, anna, ("channel", "store"), "rejected", said_by="customer", reason="By chance")

    refit(shop)
    shop.buy(anna, "TEA", days_ago=0.5, channel="store")
    refit(shop)

    assert told(shop, anna)["channel", "store"] == "rejected"
    with shop.writing() as session:
        found = session.get_one(Preference, (anna, "channel", "store"))
        assert (found.said_by, found.reason, found.evidence) == ("customer", "By chance", 13)


def test_it_stays_rejected_when_there_is_no_evidence_any_more(
    shop: Shop, crowd: dict[str, UUID]
) -> None:
    refit(shop)
    anna = crowd["Anna"]
    decide(shop, anna, ("channel", "store"), "rejected")
    with shop.writing() as session:
        for _ in range(100):
            shop.bought(session, anna, ["TEA"], 3)

    refit(shop)

    assert told(shop, anna)["channel", "store"] == "rejected"


def test_decisions_move_in_a_merge_and_go_back(
    shop: Shop, crowd: dict[str, UUID], scoring: Platform
) -> None:
    refit(shop)
    kept, merged = crowd["P1"], crowd["Anna"]
    decide(shop, merged, ("channel", "store"), "rejected")
    before = told(shop, merged)

    with shop.writing() as session:
        merge = merge_customers(session, kept, merged, now=shop.now).id
    Story(scoring, "scoring", shop.now).deliver()
    together = told(shop, kept)
    nobody = told(shop, merged)
    with shop.writing() as session:
        unmerge_customers(session, merge, now=shop.now)
    Story(scoring, "scoring", shop.now).deliver()

    assert together["channel", "store"] == "rejected"
    assert together["product", "TEA"] == "inferred"
    assert nobody == {}
    assert (told(shop, kept), told(shop, merged)) == ({}, before)


def test_of_two_decisions_the_later_one_holds_in_a_merge(
    shop: Shop, crowd: dict[str, UUID], writing: Callable[..., Any]
) -> None:
    anna = crowd["Anna"]
    other = shop.person("Bo")
    with shop.writing() as session:
        for week in range(12):
            shop.bought(session, other, ["TEA"], 7 * week + 1, channel="store")
    refit(shop)
    decide(shop, other, ("product", "TEA"), "rejected")
    with writing(shop.now.replace(hour=23)) as session:
        deciding.decide_preference(
            session, anna, ("product", "TEA"), "confirmed", now=shop.now.replace(hour=23)
        )

    with shop.writing() as session:
        undo = customer_data.merge(session, anna, other, now=shop.now)
    assert told(shop, anna)["product", "TEA"] == "confirmed"
    with shop.writing() as session:
        customer_data.unmerge(session, anna, other, undo, now=shop.now)

    assert told(shop, anna)["product", "TEA"] == "confirmed"
    assert told(shop, other)["product", "TEA"] == "rejected"


def test_erasing_leaves_nothing_and_an_export_tells_all(shop: Shop, crowd: dict[str, UUID]) -> None:
    refit(shop)
    with shop.writing() as session:
        exported = customer_data.export(session, crowd["Anna"])
        customer_data.erase(session, crowd["Anna"])

    assert exported is not None
    assert len(exported["preferences"]) == 4
    assert told(shop, crowd["Anna"]) == {}


def test_a_decision_is_checked(shop: Shop, crowd: dict[str, UUID]) -> None:
    refit(shop)
    anna = crowd["Anna"]

    for about, decision, more, error in (
        (("channel", "store"), "maybe", {}, Invalid),
        (("channel", "store"), "rejected", {"said_by": "nobody"}, Invalid),
        (("channel", "\x00"), "rejected", {}, NotFound),
        (("channel", "store"), "rejected", {"version": 9}, PreconditionFailed),
    ):
        with pytest.raises(error):
            decide(shop, anna, about, decision, **more)


def test_words_of_what_is_bought_are_preferences_too(shop: Shop, crowd: dict[str, UUID]) -> None:
    from decimal import Decimal  # noqa: PLC0415 -- only here

    from guanxi.events.vocabulary import Line  # noqa: PLC0415
    from guanxi.touchpoints.domain.drafts import Draft  # noqa: PLC0415
    from guanxi.touchpoints.domain.recording import record  # noqa: PLC0415

    names = [f"RED {what} 24" for what in ("CHRISTMAS STAR", "Christmas tree", "CHRISTMAS-BALL")]
    lines = tuple(
        Line(f"X{number}", name, Decimal(1), Decimal(2)) for number, name in enumerate(names)
    )
    with shop.writing() as session:
        draft = Draft(
            channel="website", kind="purchase", occurred_at=shop.now.replace(day=1),
            customer_id=crowd["P2"], currency="GBP", lines=lines,
        )  # fmt: skip
        record(session, draft, now=shop.now)

    refit(shop)

    assert ("word", "christmas") in told(shop, crowd["P2"])
