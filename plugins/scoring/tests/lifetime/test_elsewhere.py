"""Lifetime scores where others use them, only through the catalogue of attributes."""

from decimal import Decimal

import pytest
from plugins.scoring.tests.lifetime.test_fit_and_score import fit, score_of
from plugins.scoring.tests.shop import Shop, bought
from sqlalchemy import select

from guanxi.sdk import Customer, attributes_of
from guanxi.testkit.conformance.base import switch_on

KEYS = ("scoring.p_alive", "scoring.expected_purchases_90d", "scoring.clv_12m")


def test_the_catalogue_offers_the_scores_and_nothing_of_who_never_bought(shop: Shop) -> None:
    shop.trade(200)
    ann, nobody = shop.person("Ann"), shop.person("Never bought")
    bought(shop, ann, [100, 60, 40], "30")
    fit(shop)
    score = score_of(shop, ann)
    assert score is not None

    with shop.read() as session:
        offered = attributes_of(session)
        found = {}
        for key in KEYS:
            one = offered[key]
            query = select(Customer.id, one.sql()).outerjoin(one.join, one.on)
            found[key] = dict(tuple(row) for row in session.execute(query))
        assert offered["scoring.clv_12m"].unit == "GBP"
    assert [found[key][ann] for key in KEYS] == [
        score.p_alive, score.expected_purchases_90d, score.clv_12m,
    ]  # fmt: skip
    assert [found[key][nobody] for key in KEYS] == [None, None, None]


def test_the_total_value_of_segmentation_takes_the_expected_value(shop: Shop) -> None:
    """Its setting names ``scoring.clv_12m``; neither plugin imports the other."""
    switch_on(shop.platform, "segmentation")
    segmentation = pytest.importorskip("guanxi_segmentation.value")
    shop.trade(200)
    ann = shop.person("Ann")
    bought(shop, ann, [100, 60, 40], "30")
    fit(shop)
    score = score_of(shop, ann)

    with shop.write() as session:
        segmentation.refresh(session, [ann], as_of=shop.now)
        stored = segmentation.itemised(session, ann, as_of=shop.now)

    assert score is not None
    assert score.clv_12m is not None
    assert stored.total.amount == Decimal(90) + score.clv_12m
