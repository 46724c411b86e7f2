"""Many lots that run out at once: the same as if each account had been settled by itself."""

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from random import Random
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.db import Actor, Database
from guanxi_loyalty import jobs
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.ledger.reading import statement

Writing = Callable[..., AbstractContextManager[Session]]


def day(number: int) -> datetime:
    return datetime(2026, 1, 10, 12, tzinfo=UTC) + timedelta(days=number)


def a_crowd(till: Till, seed: int) -> list[UUID]:
    """Return members with lots of all kinds; the same for the same seed."""
    random = Random(seed)
    people = [till.member() for _ in range(12)]
    for one in people:
        for _ in range(random.randrange(1, 6)):
            begins = random.choice([None, None, None, day(random.randrange(1, 9))])
            ends = random.choice([None, *(day(random.randrange(9, 15)) for _ in range(3))])
            till.earn(one, random.randrange(1, 50), activates_at=begins, expires_at=ends)
        if not random.randrange(3):
            till.earn(one, 5)
            till.hold(one, random.randrange(1, 5), minutes=random.randrange(1, 20 * 24 * 60))
        if not random.randrange(4):
            spent = till.earn(one, 7)
            till.redeem(one, 5)
            till.reverse(spent.transaction_id)
    return people


def what_they_have(till: Till, people: list[UUID]) -> list[Any]:
    days = range(1, 16)
    return [
        (till.balance(one), till.lots(one), [till.as_of(one, day(number)) for number in days])
        for one in people
    ]


@pytest.mark.parametrize("debts", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_a_batch_leaves_what_settling_one_by_one_leaves(
    till: Till, seed: int, *, debts: bool
) -> None:
    till.policies(debts=debts)
    savepoint = till.session.begin_nested()
    people = a_crowd(till, seed)
    till.now = day(12)
    for one in people:
        till.settle(one)
    one_by_one = what_they_have(till, people), till.own("breakage"), till.own("pending")
    savepoint.rollback()
    till.now = day(0)
    people = a_crowd(till, seed)

    assert jobs.settle_due(till.session, day(12))["accounts"] > 0

    assert (what_they_have(till, people), till.own("breakage"), till.own("pending")) == one_by_one
    assert till.verify() == []
    assert jobs.settle_due(till.session, day(12)) == {"accounts": 0}


def test_lots_of_one_instant_run_out_in_one_transaction_that_tells_each_only_its_own(
    till: Till,
) -> None:
    ann, bob = till.member(), till.member()
    till.earn(ann, 10, expires_at=day(3))
    till.earn(ann, 5, expires_at=day(3))
    till.earn(bob, 90, expires_at=day(3))

    jobs.settle_due(till.session, day(9))

    (line, *_), (its, *_) = (statement(till.session, till.unit, one) for one in (ann, bob))
    assert line.transaction_id == its.transaction_id
    assert (line.kind, line.amount, line.change, line.at) == ("expire", 15, -15, day(3))
    assert (its.amount, its.change) == (90, -90)


def test_a_paused_programme_waits_and_keeps_nobody_else_waiting(till: Till) -> None:
    ann = till.member()
    till.earn(ann, 10, expires_at=day(1))
    till.state("paused")

    assert jobs.settle_due(till.session, day(2)) == {"accounts": 0}

    till.state("active")
    assert jobs.settle_due(till.session, day(2)) == {"accounts": 1}


def settle_and_die(url: str, batches: int, at: datetime) -> None:
    """Settle some batches of two accounts, and be killed in the middle of the next."""
    jobs.AT_ONCE = 2  # type: ignore[misc]
    database = Database(url)
    for number in range(batches + 1):
        with database.write(Actor("system", "job"), now=at) as session:
            jobs.settle_due(session, at)
            if number == batches:
                session.flush()
                os.kill(os.getpid(), signal.SIGKILL)


def test_a_run_that_is_killed_goes_on_where_it_was(
    writing: Writing, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(day(0)) as session:
        till = Till(session, load_unit(session, "club", "points"), day(0))
        people = [till.member() for _ in range(9)]
        for one in people:
            till.earn(one, 10, expires_at=day(1))
            till.earn(one, 1, expires_at=day(99))
    process = get_context("spawn").Process(
        target=settle_and_die, args=(database_url, 2, day(2)), daemon=True
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with writing(day(2)) as session:
        till = Till(session, load_unit(session, "club", "points"), day(2))
        assert sum(till.balance(one) for one in people) == 4 * 1 + 5 * 11
        assert till.verify() == []

    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    counts = []
    while not counts or counts[-1]:
        with writing(day(2)) as session:
            counts.append(jobs.settle_due(session, day(2))["accounts"])

    assert counts == [2, 2, 1, 0]
    with writing(day(2)) as session:
        till = Till(session, load_unit(session, "club", "points"), day(2))
        assert [till.balance(one) for one in people] == [1] * 9
        assert till.own("breakage") == 90
        assert till.verify() == []
        queued = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%plugin%'")
        assert session.execute(queued).scalar_one() == 1
