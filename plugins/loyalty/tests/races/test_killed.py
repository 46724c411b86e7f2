"""Workers that are killed in the middle (``kill -9``): what they did not commit never was."""

import os
import signal
from datetime import datetime
from decimal import Decimal
from multiprocessing import get_context
from random import Random

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.earning.examples import line
from plugins.loyalty.tests.races.crowd import ACTOR

from guanxi.db import Database
from guanxi.platform import Platform
from guanxi.sdk import Event, TouchpointRecorded
from guanxi_loyalty.earning import reacting


def read_and_die(url: str, events: list[Event], now: datetime) -> None:
    """Read events one by one, each in a transaction, and be killed before the last is committed."""
    database = Database(url)
    for number, event in enumerate(events, 1):
        with database.write(ACTOR, now=now) as session:
            if isinstance(event, TouchpointRecorded):
                reacting.recorded(session, [event])
            else:
                reacting.corrected(session, [event])  # type: ignore[list-item]
            if number == len(events):
                os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))]
)
def test_ten_times_in_any_order_with_workers_killed_in_between_is_once(
    loyalty: Platform, database_url: str, now: datetime, seed: int
) -> None:
    club = Club(loyalty, now)
    ann = club.person()
    club.campaign(budget=1000)
    club.rule(campaign="spring", limits=[{"period": "day", "times": 5}])
    club.rule("tier", unit="qualifying")
    club.buy(ann, None, line("A", "2", "10"), line("B", "1", "5"))
    club.bring_back(ann, None, line("A", "-1", "10"))
    second = club.buy(ann, "7")
    club.amend(second, amount=Decimal(9))
    events = club.news() * 10
    Random(seed).shuffle(events)
    cuts = sorted(Random(seed).sample(range(1, len(events)), 3))

    begun = 0
    for cut in cuts:
        process = get_context("spawn").Process(
            target=read_and_die, args=(database_url, events[begun : cut + 1], now), daemon=True
        )
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        begun = cut  # the worker after it begins with what was not committed
    for event in events[begun:]:
        club.deliver([event])

    assert (club.points(ann), club.points(ann, "qualifying")) == (24, 24)
    assert club.spent() == 24
    assert club.number("SELECT count(*) FROM loyalty_transactions WHERE kind = 'earn'") <= 8
    assert club.verify() == []
