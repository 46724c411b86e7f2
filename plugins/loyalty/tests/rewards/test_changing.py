"""Rewards of the catalogue changed: for who takes them from now on."""

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW

from guanxi.sdk import Invalid, PreconditionFailed, Refused
from guanxi_loyalty import gift_cards
from guanxi_loyalty.models import CatalogueReward
from guanxi_loyalty.rewards.changing import change_reward, make_endless


def change(counter: Counter, reward: CatalogueReward, **changes: object) -> None:
    """Change a reward as it is now."""
    seen = reward.version
    change_reward(counter.session, reward, changes, expected_version=seen, now=NOW, by="test")


def test_a_new_price_is_paid_by_who_comes_later(counter: Counter) -> None:
    reward, ann = counter.reward(), counter.member(500)
    first = counter.take(ann, reward).issue.points

    change(counter, reward, points=150)

    assert (first, counter.take(ann, reward).issue.points) == (100, 150)


def test_who_saw_an_older_version_changes_nothing(counter: Counter) -> None:
    reward = counter.reward()
    change(counter, reward, points=150)

    with pytest.raises(PreconditionFailed):
        change_reward(
            counter.session, reward, {"points": 1}, expected_version=1, now=NOW, by="test"
        )
    assert reward.points == 150


def test_a_reward_is_not_changed_into_what_cannot_be(counter: Counter) -> None:
    reward = counter.reward()

    for name, value in (("points", -1), ("title_en", " "), ("customer_limit", 0), ("value", 5)):
        with pytest.raises(Invalid) as refused:
            change(counter, reward, **{name: value})
        assert list(refused.value.fields) == [name]


def test_members_take_from_a_stock_while_the_reward_is_changed(counter: Counter) -> None:
    reward, ann = counter.reward(stock=3), counter.member(500)
    seen = reward.version
    counter.take(ann, reward)

    change_reward(
        counter.session, reward, {"points": 90}, expected_version=seen, now=NOW, by="test"
    )

    assert (counter.stock(reward), reward.points) == (2, 90)


def test_an_endless_reward_is_never_sold_out(counter: Counter) -> None:
    reward, ann = counter.reward(stock=1), counter.member(500)
    counter.take(ann, reward)
    counter.session.refresh(reward)

    make_endless(counter.session, reward, expected_version=reward.version, now=NOW, by="test")
    counter.take(ann, reward)

    assert counter.stock(reward) is None


def test_an_untouched_card_goes_back_though_the_reward_gives_more_by_now(counter: Counter) -> None:
    reward, ann = counter.reward(gives="card", value=500), counter.member(500)
    issue = counter.take(ann, reward).issue

    change(counter, reward, value=800)

    assert counter.cancel(issue).state == "cancelled"


def test_a_card_that_was_paid_with_and_refunded_does_not_go_back(counter: Counter) -> None:
    reward, ann = counter.reward(gives="card", value=500), counter.member(500)
    issue = counter.take(ann, reward).issue
    assert issue.card_id is not None
    ask = gift_cards.CardAsk(counter.programme, "o1", NOW, "till")
    paid = gift_cards.pay(counter.session, ask, issue.card_id, 200)
    back = gift_cards.CardAsk(counter.programme, "o1:back", NOW, "till")
    gift_cards.refund(counter.session, back, paid.activity_id)

    with pytest.raises(Refused):
        counter.cancel(issue)
