"""Customers merged, taken apart, erased: what they earned goes with them."""

from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.customers.domain.merging import merge_customers
from guanxi_loyalty import earning_data


def test_two_who_are_one_have_the_tier_of_both_and_a_return_finds_its_purchase(club: Club) -> None:
    club.rule()
    club.rule("tier", unit="qualifying")
    club.tiers(tiers=TIERS, downgrade="at_once")
    ann, anna = club.person(), club.person("Anna")
    for who in (ann, anna):
        club.buy(who, "60")
    club.read()
    with club.write() as session:
        merge_customers(session, ann, anna, now=club.now)
    both = club.standing(ann).tier, club.points(ann)

    club.bring_back(ann, "60")
    club.bring_back(ann, "60")
    club.read()

    assert both == ("silver", 120)
    assert club.points(ann) == 0
    assert club.standing(ann).tier == "basic"
    assert club.verify() == []


def test_late_news_about_who_was_merged_counts_for_who_is_left(club: Club) -> None:
    club.rule()
    ann, anna = club.person(), club.person("Anna")
    club.buy(anna, "60")
    events = club.news()
    with club.write() as session:
        merge_customers(session, ann, anna, now=club.now)

    club.deliver(events)

    assert (club.points(ann), club.points(anna)) == (60, 0)


def test_what_is_forgotten_and_what_is_handed_out(club: Club) -> None:
    club.rule()
    club.tiers(tiers=TIERS)
    ann = club.person()
    club.buy(ann, "60")
    club.read()

    with club.write() as session:
        told = earning_data.export(session, ann)
        earning_data.erase(session, ann)
        after = earning_data.export(session, ann)

    assert told is not None
    assert [one["kind"] for one in told["occasions"]] == ["purchase"]
    assert [one["tier"] for one in told["standings"]] == ["basic"]
    assert after is not None
    assert (after["standings"], after["tiers"]) == ([], [])
