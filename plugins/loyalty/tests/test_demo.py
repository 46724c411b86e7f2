"""What the demo has of loyalty: a year of trade becomes points, tiers, and a liability."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from sqlalchemy import func, select

from guanxi.platform import Platform
from guanxi.testkit.conformance.base import switch_on
from guanxi_loyalty import demo
from guanxi_loyalty.earning.judging import in_control
from guanxi_loyalty.models import Campaign, CatalogueReward, CodeSet, Programme
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.reports.asking import ask
from guanxi_loyalty.reports.liability import liability
from guanxi_loyalty.reports.members import tiers
from guanxi_loyalty.rewards.catalogue import on_offer

TODAY = datetime.fromisoformat("2026-11-30T12:00:00+00:00")
MARCH, OCTOBER = (datetime.fromisoformat(f"2011-{m}-01T12:00:00+00:00") for m in ("03", "10"))


@pytest.fixture
def shop(platform: Platform) -> Club:
    """The demo's programme, and nobody yet."""
    switch_on(platform, "loyalty")
    club = Club(platform, TODAY)
    with club.write() as session:
        demo.fill(session, TODAY)
    return club


def buyer(shop: Club, *orders: tuple[datetime, str]) -> UUID:
    who = shop.person()
    for at, amount in orders:
        shop.buy(who, amount, occurred_at=at)
    return who


def test_a_year_of_trade_long_ago_still_counts_today(shop: Club) -> None:
    core = buyer(shop, (MARCH, "1500"), (MARCH + timedelta(days=30), "700"))
    small = buyer(shop, (MARCH, "20.90"))
    shop.bring_back(core, "300", occurred_at=MARCH + timedelta(days=40))
    shop.read()

    assert (shop.points(core), shop.points(small)) == (1500 + 700 - 300 + 100, 120)
    assert (shop.standing(core).tier, shop.standing(small).tier) == ("silver", "member")
    with shop.platform.database.read() as session:
        question = ask(session, "club", now=TODAY)
        found = liability(session, question)
        reached = {one[0]: one[3] for one in tiers(session, question)}
    assert (found.outstanding, found.ties) == (shop.points(core) + shop.points(small), True)
    assert found.total > Decimal(0)
    assert found.still_expected == round(Decimal(found.outstanding) * 8 / 10)
    assert reached == {"member": 1, "silver": 1, "gold": 0, "platinum": 0}
    assert (question.since.year, question.until.year) == (2010, 2011)


def test_autumn_doubles_points_of_all_but_the_held_back(shop: Club) -> None:
    people = [buyer(shop, (OCTOBER, "50")) for _ in range(40)]
    shop.read()

    with shop.platform.database.read() as session:
        salt = session.scalars(select(Campaign.salt)).one()
    expected = [150 if in_control(salt, 1000, one) else 200 for one in people]
    assert [shop.points(one) for one in people] == expected


def test_rewards_are_on_offer(shop: Club) -> None:
    with shop.platform.database.read() as session:
        programme = find_programme(session, "club")
        offered = [one.key for one in on_offer(session, programme, now=TODAY)]

    assert offered == ["tea_towel", "free_shipping", "mug", "five_pounds", "gift_card"]


def test_filling_again_adds_nothing(shop: Club) -> None:
    """The demo may be interrupted, and filled once more at the next start."""
    with shop.write() as session:
        demo.fill(session, TODAY)

    with shop.platform.database.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(model))
            for model in (Programme, Campaign, CodeSet, CatalogueReward)
        ]
    assert counts == [1, 1, 3, 5]
