"""Sixteen processes on one balance: every unit is spent once, and nobody ever sees less than none.

``GUANXI_RACE_TRIES`` says how often they try in all, on a third of it less a bit: 16,000 tries on a
balance of 5,000 in the slow tests, 160,000 on 50,000 when somebody has a quarter of an hour.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from multiprocessing import get_context
from uuid import UUID

import pytest
from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.races.crowd import ACTOR, WORKERS
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.db import Database
from guanxi.platform import Platform
from guanxi.sdk import Refused
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, load_unit
from guanxi_loyalty.ledger.reading import standing

TRIES = int(os.environ.get("GUANXI_RACE_TRIES", "16000"))
BALANCE = TRIES * 5 // 16
EACH = TRIES // WORKERS


def spend(url: str, who: UUID, place: int, now: datetime) -> tuple[int, int, int]:
    """Redeem one unit at a time; return how often it worked, was refused, and the least seen."""
    database, spent, refused, least = Database(url), 0, 0, BALANCE
    for time in range(EACH):
        try:
            with database.write(ACTOR, now=now) as session:
                unit = load_unit(session, "club", "points")
                ask = Ask(unit=unit, key=f"{place}-{time}", now=now, source="till")
                receipt = ledger.redeem(session, ask, who, 1)
            spent += 1
            least = min(least, receipt.balance or 0)
        except Refused:
            refused += 1
        if not time % 20:
            with database.read() as session:
                least = min(least, standing(session, unit, who, now=now).balance)
    database.dispose()
    return spent, refused, least


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_sixteen_processes_spend_a_balance_to_its_last_unit_and_not_beyond(
    loyalty: Platform,
    database_url: str,
    writing: Callable[..., AbstractContextManager[Session]],
    now: datetime,
) -> None:
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now)
        ann = till.member()
        for part in range(10):
            till.earn(ann, BALANCE // 10, key=f"part-{part}")

    with get_context("spawn").Pool(WORKERS) as pool:
        work = [(database_url, ann, place, now) for place in range(WORKERS)]
        found = pool.starmap(spend, work, chunksize=1)

    assert sum(spent for spent, _, _ in found) == BALANCE
    assert sum(refused for _, refused, _ in found) == TRIES - BALANCE
    assert min(least for _, _, least in found) == 0
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now)
        assert (till.balance(ann), till.own("redemption")) == (0, BALANCE)
        redeemed = text("SELECT count(*) FROM loyalty_transactions WHERE kind = 'redeem'")
        assert session.execute(redeemed).scalar_one() == BALANCE
        assert till.verify() == []
