"""Rewards taken out of the catalogue: reserved, handed over, cancelled, run out."""

from datetime import timedelta

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW, basket

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, new_id
from guanxi_loyalty.models import GiftCard
from guanxi_loyalty.rewards import expire_due, on_offer
from guanxi_loyalty.rewards.catalogue import add_stock, set_state
from guanxi_loyalty.vouchers.revealing import reveal_card, reveal_code
from guanxi_loyalty.vouchers.secrecy import NotUsable


def test_a_reward_is_reserved_for_points_and_handed_over(counter: Counter) -> None:
    ann, mug = counter.member(150), counter.reward(stock=2, money=500)

    issue = counter.take(ann, mug).issue

    assert (issue.state, issue.points, issue.money) == ("reserved", 100, 500)
    assert (counter.till.balance(ann), counter.stock(mug)) == (50, 1)
    assert counter.hand_over(issue).state == "redeemed"
    assert counter.hand_over(issue).state == "redeemed"
    assert counter.till.verify() == []


def test_too_few_points_take_nothing(counter: Counter) -> None:
    ann, mug = counter.member(99), counter.reward(stock=1)

    with pytest.raises(Refused):
        counter.take(ann, mug)

    assert (counter.till.balance(ann), counter.stock(mug)) == (99, 1)


def test_what_is_sold_out_costs_nothing(counter: Counter) -> None:
    ann, mug = counter.member(500), counter.reward(stock=1)
    counter.take(ann, mug)

    with pytest.raises(Refused, match="sold out"):
        counter.take(ann, mug)

    assert (counter.till.balance(ann), counter.stock(mug)) == (400, 0)


def test_a_key_takes_a_reward_once(counter: Counter) -> None:
    ann, bob, mug = counter.member(500), counter.member(500), counter.reward(stock=5)

    first, again = (counter.take(ann, mug, key="k") for _ in range(2))

    assert again.issue.id == first.issue.id
    assert (first.replayed, again.replayed) == (False, True)
    assert (counter.till.balance(ann), counter.stock(mug)) == (400, 4)
    with pytest.raises(Conflict):
        counter.take(bob, mug, key="k")


def test_cancelling_restores_the_very_lots_and_the_stock_once(counter: Counter) -> None:
    ann, mug = counter.member(), counter.reward(stock=1, customer_limit=1)
    soon, late = NOW + timedelta(days=10), NOW + timedelta(days=20)
    counter.till.earn(ann, 60, expires_at=soon)
    counter.till.earn(ann, 60, expires_at=late)
    before = counter.till.lots(ann)
    issue = counter.take(ann, mug).issue
    assert counter.till.lots(ann) == [(late, 20)]

    for _ in range(2):
        assert counter.cancel(issue).state == "cancelled"

    assert counter.till.lots(ann) == before
    assert counter.stock(mug) == 1
    assert counter.take(ann, mug).issue.state == "reserved"
    assert counter.till.verify() == []


def test_what_was_handed_over_can_still_be_cancelled(counter: Counter) -> None:
    ann, mug = counter.member(100), counter.reward(stock=1)
    issue = counter.hand_over(counter.take(ann, mug).issue)

    counter.cancel(issue)

    assert (counter.till.balance(ann), counter.stock(mug)) == (100, 1)
    with pytest.raises(Conflict):
        counter.hand_over(issue)


def test_a_member_takes_a_reward_as_often_as_the_limit_says(counter: Counter) -> None:
    ann, mug = counter.member(500), counter.reward(customer_limit=2)
    for _ in range(2):
        counter.take(ann, mug)

    with pytest.raises(Refused):
        counter.take(ann, mug)
    assert counter.till.balance(ann) == 300


def test_members_of_a_tier_pay_their_own_price(counter: Counter) -> None:
    ann, bob = counter.member(500), counter.member(500)
    mug = counter.reward(money=300, tier_prices={"gold": {"points": 80, "money": 0}})
    counter.stands(ann, "gold")
    counter.stands(bob, "silver")

    issues = [counter.take(who, mug).issue for who in (ann, bob)]

    assert [(one.tier, one.points, one.money) for one in issues] == [
        ("gold", 80, 0),
        ("silver", 100, 300),
    ]


def test_a_reward_is_on_offer_from_its_first_to_its_last_instant(counter: Counter) -> None:
    ann = counter.member(500)
    end = NOW + timedelta(days=1)
    mug = counter.reward(valid_from=NOW, valid_to=end)
    seen = []
    for counter.now in (NOW - timedelta(seconds=1), NOW, end - timedelta(seconds=1), end):
        try:
            counter.take(ann, mug)
            taken = True
        except Refused:
            taken = False
        offered = on_offer(counter.session, counter.programme, now=counter.now)
        seen.append((taken, mug in offered))

    assert seen == [(False, False), (True, True), (True, True), (False, False)]


def test_archived_rewards_cannot_be_taken(counter: Counter) -> None:
    ann, mug = counter.member(500), counter.reward()
    set_state(counter.session, mug, "archived", now=counter.now, by="test")

    with pytest.raises(Refused):
        counter.take(ann, mug)


def test_a_reservation_that_nobody_fetches_goes_back(counter: Counter) -> None:
    ann, mug = counter.member(100), counter.reward(stock=1, keep_days=7)
    issue = counter.take(ann, mug).issue
    counter.now = NOW + timedelta(days=7)

    with pytest.raises(Conflict):
        counter.hand_over(issue)
    runs = [expire_due(counter.session, now=counter.now) for _ in range(2)]

    assert runs == [1, 0]
    assert (counter.till.balance(ann), counter.stock(mug)) == (100, 1)
    with pytest.raises(Conflict):
        counter.cancel(issue)


def test_a_reward_may_be_a_code_of_the_members_own(counter: Counter) -> None:
    ann, bob = counter.member(100), counter.member()
    counter.shop.set(None, key="ten")
    taken = counter.take(ann, counter.reward(gives="code", code_set="ten"))
    assert taken.code is not None
    assert taken.issue.state == "redeemed"

    with pytest.raises(NotUsable):
        counter.shop.redeem(basket(1000, customer=bob), taken.code)
    assert counter.shop.redeem(basket(1000, customer=ann), taken.code).quote.discount == 100
    with pytest.raises(Refused):
        counter.cancel(taken.issue)


def test_an_unused_code_goes_back_with_its_points(counter: Counter) -> None:
    ann = counter.member(100)
    counter.shop.set(None, key="ten")
    taken = counter.take(ann, counter.reward(gives="code", code_set="ten"))

    counter.cancel(taken.issue)

    assert counter.till.balance(ann) == 100
    with pytest.raises(NotUsable):
        counter.shop.redeem(basket(1000, customer=ann), str(taken.code))


def test_a_code_that_is_shown_again_is_another_one(counter: Counter) -> None:
    ann = counter.member(100)
    counter.shop.set(None, key="ten")
    taken = counter.take(ann, counter.reward(gives="code", code_set="ten"))
    assert taken.issue.code_id is not None

    code = reveal_code(counter.session, taken.issue.code_id, "k")

    with pytest.raises(NotUsable):
        counter.shop.redeem(basket(1000, customer=ann), str(taken.code))
    assert counter.shop.redeem(basket(1000, customer=ann), code).quote.discount == 100
    with pytest.raises(Refused):
        reveal_code(counter.session, taken.issue.code_id, "k")


def test_a_reward_may_be_a_gift_card(counter: Counter) -> None:
    ann = counter.member(100)
    taken = counter.take(ann, counter.reward(gives="card", value=2500))

    card = counter.session.get_one(GiftCard, taken.issue.card_id)
    assert (card.balance, card.customer_id) == (2500, ann)
    assert reveal_card(counter.session, card.id, "k") != taken.code
    counter.cancel(taken.issue)
    counter.session.refresh(card)
    assert (card.state, counter.till.balance(ann)) == ("blocked", 100)


def test_points_are_given_but_not_sold(counter: Counter) -> None:
    ann = counter.member(100)
    thanks = counter.reward(gives="points", value=30, points=0)
    with pytest.raises(Refused):
        counter.take(ann, thanks)

    issue = counter.take(ann, thanks, free=True).issue
    assert counter.till.balance(ann) == 130
    counter.cancel(issue)
    assert counter.till.balance(ann) == 100


def test_stock_never_falls_below_zero(counter: Counter) -> None:
    mug = counter.reward(stock=3)

    assert add_stock(counter.session, mug, -3) == 0
    with pytest.raises(Conflict):
        add_stock(counter.session, mug, -1)
    assert add_stock(counter.session, mug, 5) == 5


@pytest.mark.parametrize(
    "terms",
    [
        {"key": "A b"},
        {"points": -1},
        {"points": True},
        {"stock": -1},
        {"customer_limit": 0},
        {"gives": "gold"},
        {"gives": "code"},
        {"gives": "card"},
        {"value": 5},
        {"tier_prices": {"gold": {"points": -1}}},
        {"tier_prices": {"gold": {"silver": 1}}},
        {"valid_from": NOW, "valid_to": NOW},
    ],
)
def test_rewards_that_mean_nothing_are_refused(counter: Counter, terms: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        counter.reward(**terms)


def test_what_there_is_not(counter: Counter) -> None:
    for wrong in ({"unit": "gold"}, {"gives": "code", "code_set": "none"}):
        with pytest.raises(NotFound):
            counter.reward(**wrong)
    with pytest.raises(NotFound):
        counter.hand_over(type("Issue", (), {"id": new_id()})())
