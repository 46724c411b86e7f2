"""A class that ends because the minimum stay is over ends at that instant, without any event."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.membership.town import TICK, Town
from sqlalchemy import select

from guanxi.touchpoints.domain.corrections import void
from guanxi_segmentation.models import ClassStay
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import change_scheme
from guanxi_segmentation.schemes.presets import ensure_ready_made

DAY = timedelta(days=1)
OPTIONS = {
    "present": "segmentation.observed_value", "potential": "segmentation.observed_value",
    "by": "value", "present_at": "1000", "potential_at": "100000", "minimum_stay_days": 30,
}  # fmt: skip
IN_IMPORTANT = {
    "attribute": "segmentation.class_tiers",
    "is": "eq",
    "value": "important",
    "missing": False,
}


@pytest.fixture
def anna(town: Town, now: datetime) -> UUID:
    """She became important ``now``, and lost the value an hour later."""
    with town.write(now - DAY) as session:
        ensure_ready_made(session, now=now - DAY)
    town.refresh()
    with town.write(now - DAY) as session:
        change_scheme(session, "tiers", {"options": OPTIONS}, now=now - DAY)
    town.refresh()
    anna = town.person("Anna", at=now - DAY)
    town.run("rebuild", now - DAY)
    town.built("important", IN_IMPORTANT)
    bought = town.buy(anna, now - timedelta(hours=1), "5000")
    town.deliver(now)
    later = now + timedelta(hours=1)
    with town.write(later) as session:
        void(session, bought, now=later, reason="Returned")
    town.deliver(later)
    return anna


def tiers(town: Town, anna: UUID) -> list[tuple[Any, ...]]:
    """Return the stays in tiers: class, entered, why, newest first."""
    with town.platform.database.read() as session:
        return [
            (one.member.key, one.entered_at, one.entered_cause)
            for one in history.stays_of(session, anna)
            if one.scheme == "tiers"
        ]


def recheck(town: Town, anna: UUID) -> datetime | None:
    with town.platform.database.read() as session:
        return session.scalars(
            select(ClassStay.recheck_at)
            .where(ClassStay.customer_id == anna, ClassStay.left_at.is_(None))
            .order_by(ClassStay.recheck_at.nulls_last())
            .limit(1)
        ).one()


def test_who_would_go_down_is_looked_at_when_the_minimum_stay_is_over(town, now, anna):
    assert tiers(town, anna)[0][0] == "important"
    assert recheck(town, anna) == now + 30 * DAY


def test_the_sweep_changes_the_class_as_of_that_instant(town, now, anna):
    town.run("sweep", now + 30 * DAY - TICK)
    before = tiers(town, anna)[0][0]

    town.run("sweep", now + 30 * DAY + timedelta(seconds=50))

    assert before == "important"
    assert tiers(town, anna)[0] == ("general", now + 30 * DAY, "time")
    assert recheck(town, anna) is None


def test_the_scheme_and_the_segments_that_follow_go_with_it(town, now, anna):
    assert town.members("important") == {anna}

    town.run("sweep", now + 30 * DAY + timedelta(seconds=50))

    assert town.members("important") == set()
    assert town.stays(anna, "important")[-1][2:] == (now + 30 * DAY, "time")
    with town.platform.database.read() as session:
        four = next(one for one in history.stays_of(session, anna) if one.scheme == "four")
    assert (four.member.key, four.entered_at) == ("general", now + 30 * DAY)


def test_an_event_before_the_sweep_makes_up_for_it(town, now, anna):
    town.buy(anna, now + 30 * DAY + timedelta(seconds=10), "1")

    town.deliver(now + 30 * DAY + timedelta(seconds=20))

    assert tiers(town, anna)[0] == ("general", now + 30 * DAY, "time")


def test_a_rebuild_makes_up_for_it(town, now, anna):
    town.run("rebuild", now + 31 * DAY)

    assert tiers(town, anna)[0] == ("general", now + 30 * DAY, "time")


def test_who_is_worth_more_again_stays(town, now, anna):
    town.buy(anna, now + 2 * DAY, "5000")
    town.deliver(now + 3 * DAY)
    checked = recheck(town, anna)

    town.run("sweep", now + 31 * DAY)

    assert checked is None
    assert tiers(town, anna)[0][0] == "important"
