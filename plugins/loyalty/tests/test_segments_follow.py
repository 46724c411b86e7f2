"""Segments whose rule asks for points: members enter and leave as their balance moves."""

from datetime import datetime

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.ledger.till import Till
from plugins.segmentation.tests.membership.town import DAY, Town

from guanxi.platform import Platform
from guanxi_loyalty.jobs import settle_due
from guanxi_loyalty.ledger import load_unit

RICH = {"attribute": "loyalty.balance", "is": "gte", "value": 100, "missing": False}


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """Both are enabled from the start."""
    return ("loyalty", "segmentation")


@pytest.fixture
def town(loyalty: Platform, now: datetime) -> Town:
    """A town with a segment of those who have a hundred points."""
    found = Town(loyalty, now)
    found.refresh()
    found.built("rich", RICH)
    found.deliver()
    return found


def test_a_member_enters_by_earning_and_leaves_by_spending(town: Town, now: datetime) -> None:
    with town.write() as session:
        till = Till(session, load_unit(session, "club", "points"), now)
        ann, bob = till.member(), till.member()
        till.earn(ann, 120)
        till.earn(bob, 20)
    town.deliver()
    entered = town.members("rich")

    with town.write() as session:
        Till(session, load_unit(session, "club", "points"), now).redeem(ann, 50, key="spend")
    town.deliver()

    assert (entered, town.members("rich")) == ({ann}, set())


def test_a_purchase_that_earns_lets_a_member_enter(
    town: Town, loyalty: Platform, now: datetime
) -> None:
    Club(loyalty, now).rule()
    town.refresh()
    ann = town.person()
    town.buy(ann, now, "150")

    town.deliver()

    assert town.members("rich") == {ann}


def test_points_that_run_out_let_a_member_leave(town: Town, now: datetime) -> None:
    with town.write() as session:
        till = Till(session, load_unit(session, "club", "points"), now)
        ann = till.member()
        till.earn(ann, 120, expires_at=now + DAY)
    town.deliver()
    entered = town.members("rich")

    with town.write(now + 2 * DAY) as session:
        settle_due(session, now + 2 * DAY)
    town.deliver(now + 2 * DAY)

    assert (entered, town.members("rich")) == ({ann}, set())
