"""Commands by hand on qualifying units: the tier follows at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi_loyalty.earning_jobs import sweep_tiers
from guanxi_loyalty.jobs import settle_due
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.programmes import change_policies, find_programme
from guanxi_loyalty.tiers import standing
from guanxi_loyalty.tiers.policies import tiers_of


class Counter:
    """A till for qualifying units, each command in a transaction of its own."""

    def __init__(self, club: Club) -> None:
        self.club = club

    def __getattr__(self, command: str) -> Callable[..., object]:
        def done(*args: object, **more: object) -> object:
            with self.club.write() as session:
                unit = load_unit(session, "club", "qualifying", fresh=True)
                return getattr(Till(session, unit, self.club.now), command)(*args, **more)

        return done


@pytest.fixture
def members(club: Club) -> Club:
    """A club with tiers that fall at once."""
    club.tiers(tiers=TIERS, downgrade="at_once")
    return club


def differing(club: Club) -> list[object]:
    with club.write() as session:
        book = tiers_of(session, find_programme(session, "club"))
        assert book is not None
        every = list(session.execute(standing.text("SELECT id FROM customers")).scalars())
        return list(standing.differing(session, book, every, now=club.now))


def test_an_adjustment_lifts_whoever_had_nothing_and_takes_the_tier_back(members: Club) -> None:
    ann, till = members.person(), Counter(members)

    till.adjust(ann, 120, "moved house", key="up")
    lifted = members.standing(ann).tier
    till.adjust(ann, -30, "counted twice", key="down")

    assert (lifted, members.standing(ann).tier) == ("silver", "basic")
    assert [(one["before"], one["after"]) for one in members.told()] == [
        (None, "silver"),
        ("silver", "basic"),
    ]
    assert differing(members) == []


def test_a_transfer_moves_the_tiers_of_both(members: Club) -> None:
    ann, bob, till = members.person(), members.person("Bob"), Counter(members)
    till.earn(ann, 120, key="first")

    till.transfer(ann, bob, 110, key="gift")

    assert (members.standing(ann).tier, members.standing(bob).tier) == ("basic", "silver")
    assert differing(members) == []


def test_what_was_earned_and_is_reversed_counts_no_more(members: Club) -> None:
    ann, till = members.person(), Counter(members)
    receipt = till.earn(ann, 120, key="first")

    till.reverse(receipt.transaction_id, key="back")  # type: ignore[attr-defined]

    assert members.standing(ann).tier == "basic"
    assert differing(members) == []


def test_units_that_become_active_by_time_lift_the_tier_in_the_background(members: Club) -> None:
    with members.write() as session:
        programme = find_programme(session, "club")
        change_policies(session, programme, {"pending_days": 14}, now=members.now, by="test")
    ann, till = members.person(), Counter(members)
    till.earn(ann, 120, key="first")
    waiting = members.standing(ann).tier

    members.now += timedelta(days=15)
    with members.write() as session:
        settle_due(session, members.now)
    waits = differing(members)
    with members.write() as session:
        sweep_tiers(session, members.now)

    assert waits == []
    assert (waiting, members.standing(ann).tier) == ("basic", "silver")
    assert differing(members) == []
