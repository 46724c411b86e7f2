"""Referrals follow purchases and returns of the log."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.referrals.friends import Friends
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy import text

from guanxi.sdk import Touchpoint, TouchpointCorrected, TouchpointFacts, TouchpointRecorded, new_id
from guanxi_loyalty import rewards_jobs
from guanxi_loyalty.referrals.reacting import react


class Log:
    """Touchpoints that are recorded, and told of twice each."""

    def __init__(self, friends: Friends) -> None:
        self.friends, self.session = friends, friends.session
        self.ann, self.bob = friends.person("Ann"), friends.person("Bob")
        self.referral = friends.come(friends.code(self.ann), self.bob)

    def record(self, kind: str, amount: str, **more: Any) -> tuple[UUID, TouchpointFacts]:
        """Record a touchpoint of Bob's."""
        values: Mapping[str, Any] = {
            "channel": "shop",
            "kind": kind,
            "direction": "in",
            "occurred_at": self.friends.now,
            "customer_id": self.bob,
            "amount": Decimal(amount),
            "currency": "GBP",
            **more,
        }
        facts, id_ = TouchpointFacts(**values), new_id()
        at = self.friends.now
        self.session.add(Touchpoint(id=id_, created_at=at, updated_at=at, **values))
        self.session.flush()
        for _ in range(2):
            react(self.session, [TouchpointRecorded(touchpoint_id=id_, touchpoint=facts)])
        return id_, facts

    def void(self, id_: UUID, facts: TouchpointFacts) -> None:
        """Void a touchpoint."""
        self.session.execute(
            text("UPDATE touchpoints SET state = 'voided' WHERE id = :id"), {"id": id_}
        )
        event = TouchpointCorrected(touchpoint_id=id_, before=facts, after=None)
        for _ in range(2):
            react(self.session, [event])

    def state(self) -> str:
        """Return how the referral stands."""
        self.session.refresh(self.referral)
        return self.referral.state


@pytest.fixture
def log(friends: Friends) -> Log:
    """Bob came by Ann's code."""
    return Log(friends)


def test_a_purchase_counts_and_is_rewarded_by_the_job(log: Log) -> None:
    log.record("purchase", "10.00")

    assert log.state() == "qualified"
    later = NOW + timedelta(days=15)
    assert [rewards_jobs.reward(log.session, later) for _ in range(2)] == [1, 0]
    assert log.friends.balances(log.ann, log.bob) == [100, 50]


@pytest.mark.parametrize(
    ("amount", "more"),
    [("9.99", {}), ("10.00", {"currency": "EUR"}), ("10.00", {"customer_id": None})],
)
def test_what_does_not_meet_the_terms_does_not_count(
    log: Log, amount: str, more: dict[str, Any]
) -> None:
    log.record("purchase", amount, **more)

    assert log.state() == "pending"


def test_a_return_that_leaves_too_little_undoes_the_purchase(log: Log) -> None:
    log.record("purchase", "15.00")
    log.friends.now += timedelta(days=1)

    log.record("return", "-5.00")
    assert log.state() == "qualified"
    log.record("return", "0.01")
    assert log.state() == "pending"


def test_a_voided_purchase_does_not_count(log: Log) -> None:
    id_, facts = log.record("purchase", "15.00")

    log.void(id_, facts)

    assert log.state() == "pending"


def test_a_purchase_that_is_corrected_is_looked_at_again(log: Log) -> None:
    id_, facts = log.record("purchase", "15.00")
    log.session.execute(text("UPDATE touchpoints SET amount = 5"))

    after = replace(facts, amount=Decimal(5))
    react(log.session, [TouchpointCorrected(touchpoint_id=id_, before=facts, after=after)])

    assert log.state() == "pending"


def test_a_purchase_voided_after_the_reward_takes_it_back(log: Log) -> None:
    id_, facts = log.record("purchase", "15.00")
    log.friends.wait(days=15)
    assert log.friends.balances(log.ann, log.bob) == [100, 50]

    log.void(id_, facts)

    assert (log.state(), log.friends.balances(log.ann, log.bob)) == ("withdrawn", [0, 0])


def test_other_touchpoints_are_no_matter(log: Log) -> None:
    log.record("contact", "15.00")

    assert log.state() == "pending"
