"""Asking for a reward: once, however often it is asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from tests.rewards.conftest import audited, logged, points

from guanxi.errors import Refused
from guanxi.events.vocabulary import RewardRequested
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.rewards.domain.faults import DifferentRequest, InvalidReward
from guanxi.rewards.domain.reading import Filters, newest
from guanxi.rewards.domain.requesting import request
from guanxi.rewards.domain.stepping import found
from guanxi.rewards.models import Reward
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.faults import InvalidField


def test_request_is_stored_announced_and_audited(write, session, customer):
    with write() as tx:
        made = request(tx, points(customer, detail={"tier": "gold"}), now=NOW)

    reward = found(session, made.id)
    assert (reward.state, reward.amount, reward.detail) == (
        "requested",
        Decimal(100),
        {"tier": "gold"},
    )
    assert logged(session) == [
        RewardRequested(
            customer_id=customer,
            reward_id=made.id,
            reward_kind="points",
            amount=Decimal(100),
            unit="points",
            reason="Birthday",
            source="journeys",
        )
    ]
    (entry,) = audited(session, made.id)
    assert (entry.action, entry.after["reason"]) == ("reward.requested", "Birthday")


def test_asking_twice_gives_once(write, session, customer):
    draft = points(customer, idempotency_key="birthday-2026")

    with write() as tx:
        first = request(tx, draft, now=NOW)
    with write() as tx:
        again = request(tx, draft, now=NOW)

    assert (again.id, again.created) == (first.id, False)
    assert len(logged(session)) == 1


def test_asking_at_once_gives_once(write, session, customer):
    draft = points(customer, idempotency_key="birthday-2026")
    together = Barrier(3)

    def ask(_):
        with write() as tx:
            together.wait()
            return request(tx, draft, now=NOW)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(ask, range(3)))

    assert sorted(answer.created for answer in answers) == [False, False, True]
    assert session.scalar(select(func.count()).select_from(Reward)) == 1
    assert len(logged(session)) == 1


def test_key_used_for_another_reward_is_refused(write, customer):
    with write() as tx:
        request(tx, points(customer, idempotency_key="k"), now=NOW)

    with pytest.raises(DifferentRequest, match="amount"), write() as tx:
        request(tx, points(customer, idempotency_key="k", amount=Decimal(5)), now=NOW)


def test_key_used_for_another_customer_is_refused(write, customer, other_customer):
    with write() as tx:
        request(tx, points(customer, idempotency_key="k"), now=NOW)

    with pytest.raises(DifferentRequest, match="customer"), write() as tx:
        request(tx, points(other_customer, idempotency_key="k"), now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": Decimal("0.00001")}, "amount"),
        ({"reason": " "}, "reason"),
        ({"kind": ""}, "kind"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW.replace(tzinfo=None) + timedelta(days=1)}, "expires_at"),
        ({"detail": {"x": "\x00"}}, "detail"),
        ({"detail": {"x": "\ud800"}}, "detail"),
        ({"detail": {"x": "y" * 10_001}}, "detail"),
    ],
)
def test_request_that_makes_no_sense_is_refused(write, customer, changes, field):
    with pytest.raises(InvalidReward) as caught, write() as tx:
        request(tx, points(customer, **changes), now=NOW)

    assert list(caught.value.fields) == [field]


def test_unknown_customer_is_refused(write):
    with pytest.raises(InvalidField), write() as tx:
        request(tx, points(uuid4()), now=NOW)


def test_plugin_may_refuse(write, session, customer):
    def nothing_for_free(reward):
        raise Refused(f"No {reward.kind} this week.")  # noqa: EM102 -- a test's own sentence

    dispatcher = Dispatcher(
        [Implementation("strict", "check_reward", nothing_for_free, ("reward",))]
    )
    dispatcher.activate(["strict"])

    with pytest.raises(Refused, match="No points"), write(dispatcher=dispatcher) as tx:
        request(tx, points(customer), now=NOW)

    assert logged(session) == []


def test_list_is_filtered_and_paged(write, session, customer, other_customer):
    with write() as tx:
        mine = [request(tx, points(customer), now=NOW).id for _ in range(3)]
        request(tx, points(other_customer), now=NOW)
        request(tx, points(customer, kind="coupon"), now=NOW)
    wanted = Filters(customer_id=customer, kind="points", state="requested")

    first = newest(session, wanted, limit=2)
    place = (first[-1].requested_at, first[-1].id)
    rest = newest(session, wanted, before=place, limit=2)

    assert [reward.id for reward in (*first, *rest)] == mine[::-1]
