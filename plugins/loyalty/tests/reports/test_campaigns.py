"""Campaigns: what they gave and cost, and what members did who were held back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.reports.test_members import policies, told
from sqlalchemy import insert, select, text

from guanxi.platform import Platform
from guanxi_loyalty.earning.judging import in_control
from guanxi_loyalty.models import Campaign, Standing
from guanxi_loyalty.reports.campaigns import IN_CONTROL, CampaignReport, campaigns

STARTS = datetime(2026, 5, 1, tzinfo=UTC)
ENDS = datetime(2026, 6, 1, tzinfo=UTC)
DURING = datetime(2026, 5, 10, tzinfo=UTC)


@given(
    salt=st.text(max_size=20).filter(lambda one: "\0" not in one),
    held_back=st.integers(0, 9999),
    who=st.uuids(),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lots_are_drawn_alike_in_sql(
    loyalty: Platform, salt: str, held_back: int, who: UUID
) -> None:
    encodable = salt.encode(errors="ignore").decode()
    statement = text(f"SELECT {IN_CONTROL} FROM (SELECT CAST(:who AS uuid) AS customer_id) m")

    with loyalty.database.read() as session:
        values = {"salt": encodable, "held_back": held_back, "who": who}
        drawn = session.execute(statement, values).scalar_one()

    assert drawn == in_control(encodable, held_back, who)


@pytest.fixture
def spring(club: Club) -> Club:
    """A campaign in May: twice the points, and half of the members held back."""
    club.now = datetime(2026, 7, 1, tzinfo=UTC)
    policies(club, thousand_worth=1000)
    club.rule()
    club.campaign(starts_at=STARTS, ends_at=ENDS, held_back=5000, budget=10_000)
    club.rule("double", campaign="spring", reward={"way": "multiplier", "units": "2"})
    return club


def crowd(club: Club, number: int, joined: datetime = STARTS - timedelta(days=9)) -> list[UUID]:
    """Let people be members since some day, as a purchase would."""
    people = [club.person(f"Member {n}") for n in range(number)]
    with club.write() as session:
        programme = session.scalars(select(Campaign.programme_id)).one()
        rows = [
            {"programme_id": programme, "customer_id": one, "joined_at": joined} for one in people
        ]
        session.execute(insert(Standing), rows)
    return people


def split(club: Club, people: list[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Return who is reached by the campaign, and who is held back."""
    with club.platform.database.read() as session:
        salt = session.scalars(select(Campaign.salt)).one()
    control = [one for one in people if in_control(salt, 5000, one)]
    return [one for one in people if one not in control], control


def report(club: Club, **more: Any) -> CampaignReport:
    return told(club, campaigns, **more)[0]


def test_what_it_gave_less_what_came_back_is_its_cost(spring: Club) -> None:
    reached, control = split(spring, crowd(spring, 20))
    for one in (*reached[:1], *control[:1]):
        spring.buy(one, "400", occurred_at=DURING)
        spring.buy(one, "70", occurred_at=ENDS)
    spring.read()
    spring.bring_back(reached[0], "100", occurred_at=DURING + timedelta(days=1))
    spring.read()

    found = report(spring)

    assert (found.given, found.back, found.members) == (400, 100, 1)
    assert found.cost == Decimal("3.00")
    assert (found.begins, found.ends, found.budget) == (STARTS, ENDS, 10_000)
    assert found.spent.too_small


def test_the_uplift_is_against_all_who_were_held_back(spring: Club) -> None:
    """Who joined while it ran is in neither group; purchases after it count for nothing."""
    late = crowd(spring, 5, joined=DURING)
    reached, control = split(spring, crowd(spring, 120))
    for n, one in enumerate(reached):
        spring.buy(one, "100" if n % 2 else "60", occurred_at=DURING)
    for one in control[:15]:
        spring.buy(one, "50", occurred_at=DURING)
    for one in (*late, *control):
        spring.buy(one, "1000", occurred_at=ENDS + timedelta(days=1))
    spring.bring_back(reached[0], "60", occurred_at=DURING + timedelta(days=1))

    found = report(spring)

    sizes = (found.spent.treated.number, found.spent.control.number)
    assert sizes == (len(reached), len(control))
    spent = sum(Decimal(100 if n % 2 else 60) for n in range(len(reached))) - 60
    expected = spent / len(reached) - Decimal(15 * 50) / len(control)
    assert found.spent.difference == round(expected, 4)
    assert found.spent.low < found.spent.difference < found.spent.high
    assert found.bought.treated.mean == 1
    assert found.bought.difference == round(1 - Decimal(15) / len(control), 4)


def test_a_campaign_that_is_not_over_counts_until_the_instant(spring: Club) -> None:
    reached, _ = split(spring, crowd(spring, 20))
    spring.buy(reached[0], "10", occurred_at=DURING)
    spring.buy(reached[0], "20", occurred_at=DURING + timedelta(days=5))
    spring.read()

    found = report(spring, as_of=DURING + timedelta(days=1))

    assert (found.given, found.ends) == (10, DURING + timedelta(days=1))
    assert round(found.spent.treated.mean, 4) == round(Decimal(10) / len(reached), 4)
