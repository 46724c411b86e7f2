"""The size of a segment day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from plugins.segmentation.tests.membership.town import Town
from sqlalchemy import insert, select

from guanxi_segmentation.membership.movement import Day, movement
from guanxi_segmentation.models import Membership, Segment

SHANGHAI = ZoneInfo("Asia/Shanghai")


def stay(segment: object, customer: object, entered: datetime, left: datetime | None) -> dict:
    """Return a stay, as the table holds it."""
    return {
        "segment_id": segment,
        "customer_id": customer,
        "entered_at": entered,
        "entered_cause": "built",
        "left_at": left,
        "left_cause": left and "time",
        "rule_version": 1,
    }


@pytest.fixture
def lived(town: Town) -> tuple[Town, object]:
    """A segment that customers entered and left, some of them before what is looked at."""
    town.segment("guests", None)
    people = [town.person(name) for name in ("Ann", "Bo", "Cy", "Di")]

    def at(day: int, hour: int = 12) -> datetime:
        return datetime(2026, 3, day, hour, tzinfo=UTC)

    with town.write() as session:
        segment = session.scalars(select(Segment.id)).one()
        rows = [
            stay(segment, people[0], at(1), None),
            stay(segment, people[1], at(1), at(3)),
            stay(segment, people[1], at(4, 17), None),
            stay(segment, people[2], at(4), at(4, 13)),
            stay(segment, people[3], at(1), at(2)),
        ]
        session.execute(insert(Membership), rows)
    return town, segment


def test_days_begin_where_the_company_is(lived: tuple[Town, object]) -> None:
    town, segment = lived

    with town.platform.database.read() as session:
        days = movement(
            session, segment, first=date(2026, 3, 3), last=date(2026, 3, 5), zone=SHANGHAI
        )

    assert days == [
        Day(date(2026, 3, 3), 0, 1, 1),
        Day(date(2026, 3, 4), 1, 1, 1),
        Day(date(2026, 3, 5), 1, 0, 2),
    ]


def test_a_span_of_the_past_and_one_before_everything(lived: tuple[Town, object]) -> None:
    town, segment = lived

    def sizes(first: date) -> list[int]:
        with town.platform.database.read() as session:
            last = first + timedelta(days=1)
            days = movement(session, segment, first=first, last=last, zone=ZoneInfo("UTC"))
            return [day.size for day in days]

    assert sizes(date(2026, 3, 1)) == [3, 2]
    assert sizes(date(2025, 3, 1)) == [0, 0]
    assert sizes(date(2026, 4, 1)) == [2, 2]
