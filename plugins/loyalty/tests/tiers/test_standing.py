"""Standings of members on the real database: up to date, told, and the same as from scratch."""

from datetime import timedelta
from decimal import Decimal

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi_loyalty.earning import days
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.tiers import standing
from guanxi_loyalty.tiers.policies import tiers_of

DAY = timedelta(days=1)
DOUBLE = [TIERS[0], {**TIERS[1], "multiplier": "2"}, TIERS[2]]


@pytest.fixture
def members(club: Club) -> Club:
    """A club whose pounds count towards tiers."""
    club.rule()
    club.rule("tier", unit="qualifying")
    return club


def differing(club: Club, at=None):
    """Return whose stored tier is not what it is from scratch."""
    with club.write(at) as session:
        book = tiers_of(session, find_programme(session, "club"))
        every = list(session.execute(standing.text("SELECT id FROM customers")).scalars())
        return standing.differing(session, book, every, now=at or club.now)


def sweep(club: Club, at):
    with club.write(at) as session:
        book = tiers_of(session, find_programme(session, "club"))
        return standing.sweep(session, book, now=at)


def test_a_purchase_lifts_a_member_and_others_are_told(members: Club) -> None:
    members.tiers(tiers=TIERS)
    ann = members.person()
    members.buy(ann, "120")

    members.read()

    assert members.standing(ann).tier == "silver"
    assert members.history(ann) == [("basic", "silver", "reached")]
    assert [(one["before"], one["after"]) for one in members.told()] == [(None, "silver")]


def test_a_member_with_nothing_stands_in_the_first_tier(members: Club) -> None:
    members.tiers(tiers=TIERS)
    ann = members.person()
    members.buy(ann, "1")

    members.read()

    assert members.standing(ann).tier == "basic"
    assert members.told() == []


def test_a_return_takes_the_tier_back_where_that_is_at_once(members: Club) -> None:
    members.tiers(tiers=TIERS, downgrade="at_once")
    ann = members.person()
    members.buy(ann, "120", occurred_at=members.now - 2 * DAY)
    members.read()
    members.bring_back(ann, "30", occurred_at=members.now - DAY)
    members.read()

    assert members.standing(ann).tier == "basic"
    assert members.history(ann) == [
        ("basic", "silver", "reached"),
        ("silver", "basic", "taken_back"),
    ]
    assert differing(members) == []


def test_for_a_lifetime_nobody_has_to_look_again(members: Club) -> None:
    members.tiers(tiers=TIERS, window="lifetime", downgrade="at_once")
    ann = members.person()
    members.buy(ann, "120", occurred_at=members.now - 6000 * DAY)
    members.read()

    assert members.standing(ann).tier == "silver"
    assert members.standing(ann).next_check_at is None
    members.bring_back(ann, "30")
    members.read()
    assert members.standing(ann).tier == "basic"
    assert differing(members) == []


def test_time_alone_ends_a_tier_when_the_sweep_looks(members: Club) -> None:
    members.tiers(tiers=TIERS, downgrade="at_once", months=1)
    ann = members.person()
    members.buy(ann, "120")
    members.read()

    early = sweep(members, members.now + DAY), members.standing(ann).tier
    late = sweep(members, members.now + 40 * DAY), members.standing(ann).tier

    assert (early, late) == ((1, "silver"), (1, "basic"))
    assert [one["cause"] for one in members.told()] == ["reached", "fell"]
    assert differing(members, members.now + 40 * DAY) == []


def test_a_tier_is_read_as_of_now_though_no_sweep_has_looked(members: Club) -> None:
    members.tiers(tiers=TIERS, downgrade="at_once", months=1)
    ann, bob = members.person(), members.person("Bob")
    members.buy(ann, "120")
    members.read()

    def read(who, at):
        with members.platform.database.read() as session:
            book = tiers_of(session, find_programme(session, "club"))
            return standing.tier_of(session, book, who, now=at)[0]

    found = [read(ann, members.now), read(ann, members.now + 40 * DAY), read(bob, members.now)]

    assert found == ["silver", "basic", "basic"]
    assert members.standing(ann).tier == "silver"


def test_what_was_spent_can_count_instead(members: Club) -> None:
    members.tiers(tiers=[TIERS[0], {**TIERS[1], "threshold": 10_000}], basis="spend")
    ann = members.person()
    members.buy(ann, "99.99")
    members.read()
    before = members.standing(ann).tier
    members.buy(ann, "0.01")
    members.read()

    assert (before, members.standing(ann).tier) == ("basic", "silver")


@pytest.mark.parametrize("together", [True, False])
def test_a_tier_multiplies_from_the_next_purchase_on_however_they_are_cut(
    members: Club, *, together: bool
) -> None:
    members.tiers(tiers=DOUBLE)
    ann = members.person()
    for number in range(3):
        members.buy(ann, "60", occurred_at=members.now - (5 - number) * DAY)
        if not together:
            members.read()
    members.read()

    assert members.points(ann) == 60 + 60 + 120
    assert members.points(ann, "qualifying") == 180


def test_late_news_of_an_old_purchase_gives_the_same_as_from_scratch(members: Club) -> None:
    members.tiers(tiers=TIERS, months=3)
    ann = members.person()
    for ago, amount in ((10, "90"), (300, "120"), (200, "250"), (100, "80"), (250, "60")):
        members.buy(ann, amount, occurred_at=members.now - ago * DAY)
        members.read()

    assert differing(members) == []
    assert members.standing(ann).worked_to is not None


def test_another_policy_looks_at_everybody(members: Club) -> None:
    members.tiers(tiers=TIERS)
    ann = members.person()
    members.buy(ann, "60", occurred_at=members.now - DAY)
    members.read()
    later = members.now + DAY
    members.tiers(since=later, tiers=[TIERS[0], {**TIERS[1], "threshold": 50}])

    sweep(members, later)

    assert members.standing(ann).tier == "silver"
    assert members.history(ann) == [("basic", "silver", "policy")]


def test_birthdays_earn_once_a_year(members: Club) -> None:
    members.rule("cake", trigger="birthday", reward={"way": "fixed", "units": "100"})
    born = members.now.date().replace(year=1990)
    ann, bob = members.person(birthday=born), members.person("Bob", birthday=born - 3 * DAY)
    members.buy(ann, "1")
    members.buy(bob, "1")
    members.read()

    for at in (members.now, members.now, members.now + timedelta(hours=1)):
        with members.write(at) as session:
            days.celebrate(session, now=at)

    assert (members.points(ann), members.points(bob)) == (101, 1)


def test_a_complete_profile_earns_once(members: Club) -> None:
    members.rule(
        "known",
        trigger="profile",
        conditions={"attributes": [{"key": "customers.city", "op": "filled"}]},
        reward={"way": "fixed", "units": "20"},
    )
    ann, bob = members.person(city="York"), members.person("Bob")

    for _ in range(2):
        with members.write() as session:
            days.look_at_profiles(session, {ann, bob}, now=members.now)

    assert (members.points(ann), members.points(bob)) == (20, 0)


def test_a_year_of_purchases_counts_as_far_as_it_lies_in_the_window(members: Club) -> None:
    members.tiers(tiers=TIERS)
    ann = members.person()
    for number in range(12):
        members.buy(ann, str(Decimal(number)), occurred_at=members.now - number * 30 * DAY)
    members.read()

    assert members.standing(ann).counted == sum(range(12))
    assert differing(members) == []
