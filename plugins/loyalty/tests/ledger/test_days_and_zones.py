"""When units run out: whole days where the programme is, however long they last there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins.loyalty.tests.ledger.till import Till

from guanxi.sdk import Refused
from guanxi_loyalty.ledger.reading import standing
from guanxi_loyalty.moments import end_of, expires_at, local_day, months_after, start_of
from guanxi_loyalty.policies import Expiry

START = datetime(2020, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ZONES = ["Pacific/Auckland", "America/Los_Angeles", "Europe/London", "Asia/Shanghai"]


def utc(instant: str) -> datetime:
    return datetime.fromisoformat(instant).replace(tzinfo=UTC)


CASES = [
    # Auckland: 5 April 2026 lasts 25 hours, 27 September 23; noon of UTC is tomorrow there.
    ("Pacific/Auckland", {"days": 1}, "2026-04-04T01:00", "2026-04-05T12:00"),
    ("Pacific/Auckland", {"days": 1}, "2026-04-04T11:30", "2026-04-06T12:00"),
    ("Pacific/Auckland", {"days": 1}, "2026-09-26T01:00", "2026-09-27T11:00"),
    ("Pacific/Auckland", {"months": 1}, "2026-08-26T13:00", "2026-09-27T11:00"),
    # Los Angeles: 8 March 2026 lasts 23 hours, 1 November 25.
    ("America/Los_Angeles", {"days": 1}, "2026-03-07T20:00", "2026-03-09T07:00"),
    ("America/Los_Angeles", {"days": 1}, "2026-10-31T20:00", "2026-11-02T08:00"),
    ("America/Los_Angeles", {"days": 1}, "2026-11-01T06:30", "2026-11-02T08:00"),
    ("America/Los_Angeles", {"months": 12}, "2025-03-08T20:00", "2026-03-09T07:00"),
    # 29 February, and days that a month does not have.
    ("Europe/London", {"months": 12}, "2028-02-29T12:00", "2029-03-01T00:00"),
    ("Europe/London", {"months": 48}, "2028-02-29T12:00", "2032-03-01T00:00"),
    ("Pacific/Auckland", {"months": 1}, "2028-01-31T01:00", "2028-02-29T11:00"),
    ("America/Los_Angeles", {"months": 1}, "2026-01-31T20:00", "2026-03-01T08:00"),
    ("Europe/London", {"months": 1}, "2026-03-31T12:00", "2026-04-30T23:00"),
    ("Europe/London", {"months": 1, "month_end": True}, "2028-01-10T12:00", "2028-03-01T00:00"),
]
CALENDAR = [
    # One instant, two years: the last of December is over in Auckland.
    ("Pacific/Auckland", {"month": 12, "day": 31}, "2026-12-31T11:30", "2027-12-31T11:00"),
    ("America/Los_Angeles", {"month": 12, "day": 31}, "2026-12-31T11:30", "2027-01-01T08:00"),
    ("Europe/London", {"month": 2, "day": 29}, "2027-01-05T12:00", "2027-03-01T00:00"),
    ("Europe/London", {"month": 2, "day": 29}, "2028-01-05T12:00", "2028-03-01T00:00"),
    ("Europe/London", {"month": 3, "day": 31, "months": 1}, "2026-03-01T12:00", "2027-03-31T23:00"),
]
EVERY = [
    *((zone, {"runs": "age", **policy}, *instants) for zone, policy, *instants in CASES),
    *((zone, {"runs": "calendar", **policy}, *instants) for zone, policy, *instants in CALENDAR),
]


@pytest.mark.parametrize(("zone", "policy", "earned", "over"), EVERY)
def test_units_can_be_spent_to_the_last_moment_of_their_day_and_not_after(
    till: Till, zone: str, policy: dict[str, Any], earned: str, over: str
) -> None:
    till.unit = replace(till.unit, zone=ZoneInfo(zone))
    till.policies(expiry=policy)
    till.now, end = utc(earned), utc(over)
    ann = till.member()
    till.earn(ann, 10)
    assert [one for one, _ in till.lots(ann)] == [end]

    till.now = end - TICK
    assert standing(till.session, till.unit, ann, now=till.now).balance == 10
    assert till.redeem(ann, 1).balance == 9

    till.now = end
    assert standing(till.session, till.unit, ann, now=till.now).balance == 0
    with pytest.raises(Refused, match="There are 0 to spend"):
        till.redeem(ann, 1)
    till.settle(ann)
    assert (till.as_of(ann, end - TICK), till.as_of(ann, end)) == (9, 0)
    assert till.verify() == []


@given(
    st.integers(0, 20 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.integers(0, 60),
    st.sampled_from(ZONES),
)
def test_the_last_moment_is_that_of_the_same_day_so_many_months_later(
    earned: datetime, months: int, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    policy = Expiry(runs="age", months=months, days=0 if months else 1)

    end = expires_at(policy, earned, zone)

    assert end is not None
    day = local_day(earned, zone)
    last = months_after(day, months) if months else day + timedelta(days=1)
    assert local_day(end - TICK, zone) == last
    assert local_day(end, zone) == last + timedelta(days=1)
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months or not months
    assert last.day <= day.day or not months


@pytest.mark.parametrize("zone", ZONES)
def test_days_follow_each_other_without_a_gap(zone: str) -> None:
    place = ZoneInfo(zone)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(366)]

    assert [end_of(day, place) for day in days[:-1]] == [start_of(day, place) for day in days[1:]]
