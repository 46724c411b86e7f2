"""The repeat-purchase rate equals a count by hand."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy, touch

from guanxi_segmentation import value

Writing = Callable[..., Any]
Configure = Callable[..., None]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_cohorts_equal_a_count_by_hand(
    writing: Writing, configure: Configure, now: datetime, zone: str
) -> None:
    configure(time_zone=zone)
    rng = random.Random(zone)
    bought: dict[int, list[datetime]] = {}
    with writing() as session:
        people = add_people(session, 60, at=now)
        rows = []
        for place, one in enumerate(people):
            bought[place] = [
                now - timedelta(hours=rng.randrange(1, 24 * 200))
                for _ in range(rng.choice((0, 1, 1, 2, 3)))
            ]
            rows += [touch(one, at, amount=3, currency="EUR") for at in bought[place]]
            rows.append(buy(one, now, 1, 3) | {"state": "voided"})
            rows.append(buy(one, now, -0.1, 3))
        add_touchpoints(session, rows)
        found = value.cohorts(session, as_of=now)

    expected: dict[date, list[bool]] = defaultdict(list)
    for instants in bought.values():
        if instants:
            month = min(instants).astimezone(ZoneInfo(zone)).date().replace(day=1)
            expected[month].append(len(instants) > 1)
    assert [(c.month, c.customers, c.repeated) for c in found] == [
        (month, len(again), sum(again)) for month, again in sorted(expected.items())
    ]
    first = found[0]
    assert abs(first.rate - Decimal(first.repeated) / first.customers) < Decimal("0.0001")
