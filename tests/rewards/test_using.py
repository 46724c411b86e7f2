"""Redeeming, taking back and expiring, also by several at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from tests.rewards.conftest import audited, logged, points

from guanxi.errors import GuanxiError
from guanxi.events.vocabulary import RewardExpired, RewardRedeemed, RewardReversed
from guanxi.rewards.domain.faults import InvalidReward, NotEnoughLeft, WrongState
from guanxi.rewards.domain.fulfilling import grant, refuse
from guanxi.rewards.domain.requesting import request
from guanxi.rewards.domain.states import TRANSITIONS, possible_steps
from guanxi.rewards.domain.stepping import found
from guanxi.rewards.domain.using import expire_due, redeem, reverse
from guanxi.rewards.jobs import expire
from guanxi.testkit.fixtures import NOW


def redeemed(session):
    """Return the amounts of the redemptions in the log."""
    return [event.amount for event in logged(session) if isinstance(event, RewardRedeemed)]


def test_part_leaves_the_rest(write, session, granted):
    with write() as tx:
        redeem(tx, granted, Decimal("30.5"), now=NOW)

    reward = found(session, granted)
    assert (reward.state, reward.redeemed_amount) == ("granted", Decimal("30.5"))
    entry = audited(session, granted)[-1]
    assert (entry.before["redeemed_amount"], entry.after["redeemed_amount"]) == (
        "0.0000",
        "30.5000",
    )


def test_last_part_finishes_it(write, session, granted):
    for amount in ("30.5", "69.5"):
        with write() as tx:
            redeem(tx, granted, Decimal(amount), now=NOW)

    assert found(session, granted).state == "redeemed"
    assert redeemed(session) == [Decimal("30.5"), Decimal("69.5")]


def test_without_an_amount_all_that_is_left_is_used(write, session, granted):
    with write() as tx:
        redeem(tx, granted, Decimal(30), now=NOW)
    with write() as tx:
        redeem(tx, granted, now=NOW)

    assert found(session, granted).state == "redeemed"
    assert redeemed(session) == [Decimal(30), Decimal(70)]


def test_more_than_is_left_is_refused(write, session, granted):
    with write() as tx:
        redeem(tx, granted, Decimal(60), now=NOW)

    with pytest.raises(NotEnoughLeft, match="40"), write() as tx:
        redeem(tx, granted, Decimal("40.0001"), now=NOW)

    assert found(session, granted).redeemed_amount == Decimal(60)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0.00001"])
def test_amount_is_above_zero(write, granted, amount):
    with pytest.raises(InvalidReward), write() as tx:
        redeem(tx, granted, Decimal(amount), now=NOW)


def test_two_who_redeem_at_once_never_get_more_than_there_is(write, session, granted):
    together = Barrier(4)

    def spend(_):
        try:
            with write() as tx:
                together.wait()
                return redeem(tx, granted, Decimal(40), now=NOW)
        except GuanxiError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(spend, range(4)))

    assert sum(isinstance(answer, NotEnoughLeft) for answer in answers) == 2
    assert found(session, granted).redeemed_amount == Decimal(80)
    assert redeemed(session) == [Decimal(40), Decimal(40)]


def test_two_who_redeem_the_whole_at_once_do_it_once(write, session, granted):
    together = Barrier(2)

    def spend(_):
        try:
            with write() as tx:
                together.wait()
                return redeem(tx, granted, now=NOW)
        except GuanxiError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(spend, range(2)))

    assert sum(isinstance(answer, WrongState) for answer in answers) == 1
    assert redeemed(session) == [Decimal(100)]


def test_reward_without_amount_is_redeemed_as_a_whole(write, session, customer):
    with write() as tx:
        gift = request(tx, points(customer, kind="gift", amount=None, unit=None), now=NOW).id
        grant(tx, gift, now=NOW)

    with pytest.raises(InvalidReward), write() as tx:
        redeem(tx, gift, Decimal(1), now=NOW)
    with write() as tx:
        redeem(tx, gift, now=NOW)

    assert found(session, gift).state == "redeemed"
    assert redeemed(session) == [None]


def test_reward_that_has_run_out_cannot_be_redeemed(write, customer):
    with write() as tx:
        draft = points(customer, expires_at=NOW + timedelta(days=1))
        reward = request(tx, draft, now=NOW).id
        grant(tx, reward, now=NOW)

    with pytest.raises(WrongState, match="run out"), write() as tx:
        redeem(tx, reward, now=NOW + timedelta(days=1))


def test_reversed_reward_keeps_what_was_redeemed(write, session, granted):
    with write() as tx:
        redeem(tx, granted, Decimal(30), now=NOW)
    with write() as tx:
        reverse(tx, granted, "order was cancelled", now=NOW)

    reward = found(session, granted)
    assert (reward.state, reward.redeemed_amount) == ("reversed", Decimal(30))
    event = logged(session)[-1]
    assert isinstance(event, RewardReversed)
    assert event.reason == "order was cancelled"


def test_due_rewards_expire_step_by_step(write, session, customer):
    with write() as tx:
        soon = NOW + timedelta(days=1)
        rewards = [request(tx, points(customer, expires_at=soon), now=NOW).id for _ in range(3)]
        later = request(tx, points(customer, expires_at=soon + timedelta(days=9)), now=NOW).id
        for reward in (*rewards, later):
            grant(tx, reward, now=NOW)

    steps = []
    while not steps or steps[-1]:
        with write() as tx:
            steps.append(expire_due(tx, soon, limit=2))

    assert steps == [2, 1, 0]
    assert {found(session, reward).state for reward in rewards} == {"expired"}
    assert found(session, later).state == "granted"
    assert sum(isinstance(event, RewardExpired) for event in logged(session)) == 3


def test_job_expires_all_that_is_due(platform, write, session, customer):
    soon = NOW + timedelta(days=1)
    with write() as tx:
        rewards = [request(tx, points(customer, expires_at=soon), now=NOW).id for _ in range(3)]
        for reward in rewards:
            grant(tx, reward, now=NOW)

    assert expire(platform, now=soon) == 3
    assert expire(platform, now=soon) == 0

    assert {found(session, reward).state for reward in rewards} == {"expired"}


STEPS = {
    "grant": lambda tx, reward: grant(tx, reward, now=NOW),
    "refuse": lambda tx, reward: refuse(tx, reward, "no", now=NOW),
    "redeem": lambda tx, reward: redeem(tx, reward, now=NOW),
    "reverse": lambda tx, reward: reverse(tx, reward, "why", now=NOW),
}
PATHS = {
    "requested": (),
    "granted": ("grant",),
    "redeemed": ("grant", "redeem"),
    "reversed": ("grant", "reverse"),
    "refused": ("refuse",),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", PATHS)
def test_only_the_steps_of_the_table_are_possible(write, session, requested, state, step):
    for earlier in PATHS[state]:
        with write() as tx:
            STEPS[earlier](tx, requested)

    if step in possible_steps(state):
        with write() as tx:
            STEPS[step](tx, requested)
        assert found(session, requested).state == TRANSITIONS[step].target
    else:
        with pytest.raises(WrongState), write() as tx:
            STEPS[step](tx, requested)
        assert found(session, requested).state == state
