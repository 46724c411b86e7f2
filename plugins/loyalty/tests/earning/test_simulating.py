"""A purchase that is only tried: it says what then happens, and writes nothing."""

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.earning.examples import line
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.sdk import new_id
from guanxi_loyalty.earning.facts import Happening
from guanxi_loyalty.earning.rules import change_rule, find_rule
from guanxi_loyalty.earning.simulating import simulate
from guanxi_loyalty.programmes import find_programme


@pytest.fixture
def shop(club: Club) -> Club:
    """A club with rules of many kinds, and a member who has bought before."""
    club.tiers(tiers=[TIERS[0], {**TIERS[1], "multiplier": "1.5"}])
    club.campaign(budget=70)
    club.rule()
    club.rule("tier", unit="qualifying")
    club.rule("spring_gift", campaign="spring", reward={"way": "fixed", "units": "40"})
    club.rule("third", conditions={"every": 3}, reward={"way": "fixed", "units": "7"})
    club.rule("daily", limits=[{"period": "day", "units": 90}], reward={"units": "0.5"})
    club.rule(
        "york",
        conditions={"attributes": [{"key": "customers.city", "op": "is", "value": "York"}]},
        reward={"way": "multiplier", "units": "2"},
    )
    return club


def tried(club: Club, who, *lines):
    """Return the judgement of a purchase that does not take place."""
    amount = sum(one.amount for one in lines)
    happening = Happening(
        new_id(), "purchase", club.now, "store", None, amount, "GBP", tuple(lines)
    )
    with club.platform.database.read() as session:
        programme = find_programme(session, "club")
        return simulate(session, programme, who, happening, now=club.now)


def test_what_is_tried_is_what_then_happens_and_nothing_is_written(shop: Club) -> None:
    ann = shop.person(city="York")

    for price in ("80.40", "99.99", "5"):
        goods = line("A", "1", price)
        before = shop.transactions(), shop.points(ann), shop.points(ann, "qualifying")
        expected = tried(shop, ann, goods)
        unchanged = shop.transactions(), shop.points(ann), shop.points(ann, "qualifying")
        shop.buy(ann, None, goods)
        shop.read()

        assert unchanged == before
        assert shop.points(ann) - before[1] == expected.total("points")
        assert shop.points(ann, "qualifying") - before[2] == expected.total("qualifying")


def test_it_says_why_the_others_do_not_fire(shop: Club) -> None:
    bob = shop.person("Bob", city="Leeds")
    with shop.write() as session:
        programme = find_programme(session, "club")
        rule = find_rule(session, programme, "base")
        change_rule(session, rule, {"state": "paused"}, now=shop.now, by="test")

    judgement = tried(shop, bob, line("A", "1", "10"))

    assert {rule.key: str(reason) for rule, reason in judgement.others} == {
        "base": "The rule is not active.",
        "third": "It is purchase number 1 of the member, and only one in 3 counts.",
        "york": "The member is not as customers.city asks.",
    }
