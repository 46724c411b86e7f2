"""Rewards that the core is asked for: given or refused once, and taken back with them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW, basket
from sqlalchemy import text

from guanxi.sdk import (
    RewardExpired,
    RewardRedeemed,
    RewardRequested,
    RewardReversed,
    rewards,
)
from guanxi_loyalty.models import RewardIssue
from guanxi_loyalty.rewards.fulfilling import follow, fulfil
from guanxi_loyalty.vouchers.revealing import reveal_code
from guanxi_loyalty.vouchers.secrecy import NotUsable


class Core:
    """The core: asks for rewards, and delivers its events as often as a test wants."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.session, self.number = counter, counter.session, 0

    def ask(self, customer: UUID, kind: str, times: int = 1, **more: Any) -> Any:
        """Return a reward that was asked for, after its event came ``times``."""
        self.number += 1
        draft = rewards.RewardDraft(
            customer_id=customer,
            kind=kind,
            reason="thanks",
            source="test",
            idempotency_key=str(self.number),
            **more,
        )
        made = rewards.request(self.session, draft, now=NOW)
        event = RewardRequested(
            customer_id=customer,
            reward_id=made.id,
            reward_kind=kind,
            reason="thanks",
            source="test",
        )
        for _ in range(times):
            fulfil(self.session, [event])
        return self.session.get(rewards.Reward, made.id, populate_existing=True)

    def reverse(self, reward: Any, times: int = 1) -> None:
        """Take a reward back, and tell of it ``times``."""
        rewards.reverse(self.session, reward.id, "mistake", now=NOW)
        event = RewardReversed(
            customer_id=reward.customer_id,
            reward_id=reward.id,
            reward_kind=reward.kind,
            reason="mistake",
        )
        for _ in range(times):
            follow(self.session, [event])

    def code(self) -> UUID:
        """Return the code that was made for the one fulfilment."""
        found = self.session.execute(text("SELECT code_id FROM loyalty_fulfilments")).scalar_one()
        return UUID(str(found))

    def issue(self) -> RewardIssue:
        """Return what was taken for the one fulfilment."""
        found = self.session.execute(text("SELECT issue_id FROM loyalty_fulfilments")).scalar_one()
        return self.session.get_one(RewardIssue, found, populate_existing=True)


@pytest.fixture
def core(counter: Counter) -> Core:
    """A core."""
    return Core(counter)


def test_points_are_given_once_however_often_they_are_asked_for(core: Core) -> None:
    ann = core.counter.member()

    reward = core.ask(ann, "points", times=10, amount=Decimal(50), unit="points")

    assert (reward.state, reward.fulfilled_by) == ("granted", "loyalty")
    assert core.counter.till.balance(ann) == 50


def test_points_are_taken_back_once_with_their_reward(core: Core) -> None:
    ann = core.counter.member(7)
    reward = core.ask(ann, "points", amount=Decimal(50))

    core.reverse(reward, times=3)

    assert core.counter.till.balance(ann) == 7
    assert core.counter.till.verify() == []


def test_points_run_out_with_their_reward_and_take_no_others(core: Core) -> None:
    ann = core.counter.member(7)
    end = NOW + timedelta(days=3)
    reward = core.ask(ann, "points", amount=Decimal(50), expires_at=end)
    core.counter.till.redeem(ann, 20)

    core.counter.till.now = end
    follow(core.session, [RewardExpired(reward_id=reward.id, reward_kind="points")])
    core.counter.till.settle(ann)

    assert core.counter.till.balance(ann) == 7
    assert core.counter.till.verify() == []


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("points", {"amount": Decimal("1.5")}),
        ("points", {}),
        ("points", {"amount": Decimal(5), "unit": "gold"}),
        ("points", {"amount": Decimal(5), "detail": {"programme": "none"}}),
        ("coupon", {}),
        ("coupon", {"detail": {"set": "none"}}),
        ("gift", {"detail": {"reward": "none"}}),
    ],
)
def test_what_cannot_be_given_is_refused_with_the_reason(
    core: Core, kind: str, more: dict[str, Any]
) -> None:
    ann = core.counter.member(7)

    reward = core.ask(ann, kind, times=2, **more)

    assert (reward.state, bool(reward.state_reason)) == ("refused", True)
    assert core.counter.till.balance(ann) == 7


def test_other_kinds_are_left_to_others(core: Core) -> None:
    assert core.ask(core.counter.member(), "cake").state == "requested"


def test_a_coupon_is_a_code_of_the_customers_own(core: Core) -> None:
    counter = core.counter
    ann = counter.member()
    counter.shop.set(None, key="ten")

    reward = core.ask(ann, "coupon", times=2, detail={"set": "ten"})

    assert reward.state == "granted"
    code = reveal_code(core.session, core.code(), "k")
    assert counter.shop.redeem(basket(1000, customer=ann), code).quote.discount == 100


def test_a_coupon_that_was_taken_back_does_not_work(core: Core) -> None:
    counter = core.counter
    ann = counter.member()
    counter.shop.set(None, key="ten")
    reward = core.ask(ann, "coupon", detail={"set": "ten"})
    code = reveal_code(core.session, core.code(), "k")

    core.reverse(reward)

    with pytest.raises(NotUsable):
        counter.shop.redeem(basket(1000, customer=ann), code)


def test_a_gift_comes_out_of_the_stock_and_goes_back(core: Core) -> None:
    counter = core.counter
    ann, mug = counter.member(5), counter.reward(stock=1)

    reward = core.ask(ann, "gift", times=2, detail={"reward": mug.key})

    assert (reward.state, counter.stock(mug), counter.till.balance(ann)) == ("granted", 0, 5)
    assert core.ask(ann, "gift", detail={"reward": mug.key}).state == "refused"
    core.reverse(reward, times=2)
    assert (counter.stock(mug), core.issue().state) == (1, "cancelled")


def test_a_gift_that_the_core_redeems_was_handed_over(core: Core) -> None:
    counter = core.counter
    ann, mug = counter.member(), counter.reward()
    reward = core.ask(ann, "gift", detail={"reward": mug.key})
    rewards.redeem(core.session, reward.id, now=NOW)

    follow(core.session, [RewardRedeemed(reward_id=reward.id, reward_kind="gift")])

    assert core.issue().state == "redeemed"


def test_rewards_of_others_are_not_touched(core: Core) -> None:
    reward = core.ask(core.counter.member(), "cake")

    rewards.grant(core.session, reward.id, now=NOW)
    core.reverse(reward)

    count = text("SELECT count(*) FROM loyalty_fulfilments")
    assert core.session.execute(count).scalar_one() == 0


def test_a_coupon_that_is_used_is_redeemed_in_the_core(core: Core) -> None:
    counter, ann = core.counter, core.counter.member()
    counter.shop.set(None, key="ten")
    reward = core.ask(ann, "coupon", detail={"set": "ten"})
    code = reveal_code(counter.session, core.code(), "k")

    used = counter.shop.redeem(basket(1000, customer=ann), code)
    counter.shop.reverse(used.order_id)
    again = counter.shop.redeem(basket(1000, customer=ann), code)

    found = core.session.get(rewards.Reward, reward.id, populate_existing=True)
    assert (found.state, again.quote.discount) == ("redeemed", 100)


def test_a_gift_that_is_a_code_is_redeemed_in_the_core_when_it_is_used(core: Core) -> None:
    counter, ann = core.counter, core.counter.member()
    counter.shop.set(None, key="ten")
    gift = counter.reward(gives="code", code_set="ten")
    reward = core.ask(ann, "gift", detail={"reward": gift.key})
    code_id = core.issue().code_id
    assert code_id is not None

    counter.shop.redeem(basket(1000, customer=ann), reveal_code(counter.session, code_id, "k"))

    found = core.session.get(rewards.Reward, reward.id, populate_existing=True)
    assert found.state == "redeemed"
