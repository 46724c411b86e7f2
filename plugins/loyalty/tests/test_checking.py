"""The nightly check: what does not fit stops, is put right where that can be, and is told."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.gift_cards.counter import Counter
from plugins.loyalty.tests.tiers.test_folding import TIERS
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi_loyalty.jobs import check
from guanxi_loyalty.programmes import find_programme

Writing = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def club(loyalty: Platform, now: datetime) -> Club:
    """People, rules, and a worker."""
    return Club(loyalty, now)


@pytest.fixture
def admin(factories: Factories) -> None:
    """Somebody who gets alarms."""
    factories.user("admin")


def alarms(session: Session) -> list[str]:
    return list(session.execute(text("SELECT title FROM tasks ORDER BY id")).scalars())


def state(session: Session) -> str:
    found: str = session.execute(text("SELECT state FROM loyalty_programmes")).scalar_one()
    return found


def test_where_all_fits_nothing_happens(writing: Writing, admin: None) -> None:
    with writing() as session:
        counter = Counter(session)
        counter.pay(counter.issue(5000).card_id, 1200)

        found = check(session, counter.now)

        assert (found, state(session), alarms(session)) == ({"mismatches": {}}, "active", [])


def test_a_gift_card_that_does_not_fit_stops_the_programme(writing: Writing, admin: None) -> None:
    with writing() as session:
        counter = Counter(session)
        counter.issue(5000)
        session.execute(text("UPDATE loyalty_gift_cards SET balance = balance + 1"))

        found = check(session, counter.now)
        check(session, counter.now)

        assert list(found["mismatches"]) == ["club.gift cards"]
        assert state(session) == "read_only"
        assert alarms(session) == ["Club: the ledger does not fit"]
        reason = find_programme(session, "club").state_reason
        assert [reason] == found["mismatches"]["club.gift cards"]


def test_a_tier_that_differs_is_worked_out_anew_and_told(club: Club, admin: None) -> None:
    club.rule("tier", unit="qualifying")
    club.tiers(tiers=TIERS)
    ann, bob = club.person(), club.person("Bob")
    club.buy(ann, "120")
    club.buy(bob, "5")
    club.read()
    with club.write() as session:
        session.execute(
            text("UPDATE loyalty_standings SET tier = 'gold' WHERE customer_id = :id"), {"id": ann}
        )

    with club.write() as session:
        found = check(session, club.now)
        again = check(session, club.now)

    assert (list(found["mismatches"]), again) == (["club.tiers"], {"mismatches": {}})
    assert (club.standing(ann).tier, club.standing(bob).tier) == ("silver", "basic")
    with club.write() as session:
        assert (state(session), alarms(session)) == (
            "active",
            ["Club: tiers were not what the ledger says"],
        )
