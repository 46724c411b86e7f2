"""A person's data: recommendations and offers exported, erased, merged and given back."""

from uuid import UUID

from plugins.scoring.tests.products.conftest import LAX, Shop
from plugins.scoring.tests.products.test_recommending import recommended
from sqlalchemy import select

from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.platform import Platform
from guanxi.testkit.conformance.story import Story
from guanxi_scoring.models import Offer
from guanxi_scoring.products import customer_data, offers

FILLER = {f"f{number}": ["PEN"] for number in range(20)}


def whose(shop: Shop) -> list[UUID]:
    with shop.writing() as session:
        return list(session.scalars(select(Offer.customer_id)))


def test_merged_customers_are_recommended_as_one_and_as_two_again(
    shop: Shop, scoring: Platform
) -> None:
    pairs = {f"t{number}": ["TEA", "CUP"] for number in range(3)}
    more = {f"j{number}": ["JAM", "JAR"] for number in range(3)}
    ids = shop.crowd({**pairs, **more, "Ann": ["TEA"], "Anne": ["JAM"], **FILLER})
    shop.fit(**LAX)
    before = {name: recommended(shop, ids[name]) for name in ("Ann", "Anne")}
    with shop.writing() as session:
        offers.offer(session, ids["Anne"], "JAR", now=shop.now)

    with shop.writing() as session:
        merge = merge_customers(session, ids["Ann"], ids["Anne"], now=shop.now).id
    Story(scoring, "scoring", shop.now).deliver()
    together = {one[0] for one in recommended(shop, ids["Ann"])}
    nobody, moved = recommended(shop, ids["Anne"]), whose(shop)
    with shop.writing() as session:
        unmerge_customers(session, merge, now=shop.now)
    Story(scoring, "scoring", shop.now).deliver()

    assert together == {"CUP", "JAR", "PEN"}
    assert (nobody, moved) == ([], [ids["Ann"]])
    assert {name: recommended(shop, ids[name]) for name in before} == before
    assert whose(shop) == [ids["Anne"]]


def test_an_export_tells_all_and_an_erasure_leaves_nothing(shop: Shop) -> None:
    ids = shop.crowd({"A": ["TEA", "CUP"], "B": ["TEA", "CUP"], "C": ["TEA"], **FILLER})
    shop.fit(**LAX)
    with shop.writing() as session:
        offers.offer(session, ids["C"], "CUP", now=shop.now)

    with shop.writing() as session:
        told = customer_data.export(session, ids["C"])
        customer_data.erase(session, ids["C"])

    assert told is not None
    assert [one["product"] for one in told["recommended"]] == ["CUP", "PEN"]
    assert [one["product"] for one in told["offers"]] == ["CUP"]
    assert (recommended(shop, ids["C"]), whose(shop)) == ([], [])
