"""What the log is told of balances: who listens to it need not ask again and again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.ledger.till import Till
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.platform import Platform
from guanxi_loyalty.jobs import settle_due
from guanxi_loyalty.ledger import load_unit

Writing = Callable[..., AbstractContextManager[Session]]
MOVED = ["loyalty.balance", "loyalty.expiring_30d"]
EARNED = [*MOVED, "loyalty.lifetime_points"]
REDEEMED = [*MOVED, "loyalty.last_redeemed_at"]
TOLD = text(
    """
    SELECT customer_id, payload -> 'fields' FROM events
    WHERE kind = 'CustomerChanged' ORDER BY position
    """
)


def told(writing: Writing, *, before: int = 0) -> list[tuple[UUID, Any]]:
    """Return whom the log says to have changed, and in what; without the first so many."""
    with writing() as session:
        return [tuple(row) for row in session.execute(TOLD)][before:]


def till_in(session: Session, now: datetime, unit: str = "points") -> Till:
    return Till(session, load_unit(session, "club", unit), now)


def test_a_balance_that_changed_is_told_once_for_a_transaction(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        till = till_in(session, now)
        ann, bob = till.member(), till.member()
        till.earn(ann, 10)
        till.earn(ann, 10)
        till.redeem(ann, 5)
        till.earn(bob, 1, activates_at=now + timedelta(days=3))

    assert told(writing) == [(ann, [*EARNED, "loyalty.last_redeemed_at"]), (bob, EARNED)]


def test_both_who_hand_units_on_are_told_of(writing: Writing, now: datetime) -> None:
    with writing() as session:
        till = till_in(session, now)
        ann, bob = till.member(), till.member()
        till.earn(ann, 10)
    with writing() as session:
        till_in(session, now).transfer(ann, bob, 4, key="then")

    assert told(writing, before=1) == [(ann, MOVED), (bob, MOVED)]


def test_a_hold_that_is_taken_tells_of_the_redemption(writing: Writing, now: datetime) -> None:
    with writing() as session:
        till = till_in(session, now)
        ann = till.member()
        till.earn(ann, 10)
        held = till.hold(ann, 10)
    with writing() as session:
        till_in(session, now).capture(held.transaction_id, key="then")

    assert told(writing, before=1) == [(ann, REDEEMED)]


def test_a_command_that_comes_again_tells_nothing(writing: Writing, now: datetime) -> None:
    with writing() as session:
        till = till_in(session, now)
        ann = till.member()
        till.earn(ann, 10, key="once")
    with writing() as session:
        till_in(session, now).earn(ann, 10, key="once")

    assert told(writing) == [(ann, EARNED)]


def test_units_that_run_out_by_time_alone_are_told_of(writing: Writing, now: datetime) -> None:
    with writing() as session:
        till = till_in(session, now)
        ann, bob = till.member(), till.member()
        till.earn(ann, 10, expires_at=now + timedelta(days=1))
        till.earn(bob, 10, expires_at=now + timedelta(days=9))
    later = now + timedelta(days=2)
    with writing(later) as session:
        settle_due(session, later)

    assert told(writing, before=2) == [(ann, MOVED)]


def test_units_that_count_for_tiers_alone_are_not_told_of(writing: Writing, now: datetime) -> None:
    with writing() as session:
        till = till_in(session, now, "qualifying")
        till.earn(till.member(), 10)

    assert told(writing) == []


def test_many_purchases_of_a_batch_are_told_once_a_member(
    loyalty: Platform, writing: Writing, now: datetime
) -> None:
    club = Club(loyalty, now)
    club.rule()
    ann, bob = club.person(), club.person()
    for who in (ann, bob, ann, ann):
        club.buy(who, "10")

    club.read()

    assert sorted(told(writing)) == sorted([(ann, EARNED), (bob, EARNED)])
