"""Codes, gift cards, stock and budgets that sixteen workers want at the same moment."""

from collections import Counter as Tally
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.gift_cards.counter import Counter as CardCounter
from plugins.loyalty.tests.races.crowd import WORKERS, Crowd, succeeded
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import Shop, basket
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Refused, new_id
from guanxi_loyalty.surprises.budgets import set_budget, spend
from guanxi_loyalty.vouchers.secrecy import NotUsable

Writing = Callable[..., AbstractContextManager[Session]]


def number(writing: Writing, statement: str) -> int:
    """Return a number that was committed."""
    with writing() as session:
        return int(session.execute(text(statement)).scalar_one())


def made(writing: Writing, crowd: Crowd, code: str | None = "WELCOME", **more: Any) -> str:
    """Return a code of a new set."""
    with writing() as session:
        shop = Shop(session, crowd.now)
        found = shop.set(code, **more)
        return code or shop.codes(found)[0]


def test_one_voucher_with_one_use_is_used_once(crowd: Crowd, writing: Writing) -> None:
    code = made(writing, crowd, None)

    answers = crowd.rush(
        lambda session, place: Shop(session, crowd.now).redeem(basket(100), code, key=str(place))
    )

    assert len(succeeded(answers)) == 1
    assert Tally(answer for answer in answers if isinstance(answer, type)) == {NotUsable: 15}
    assert number(writing, "SELECT sum(used) FROM loyalty_codes") == 1
    assert number(writing, "SELECT count(*) FROM loyalty_code_orders") == 1


def test_the_same_order_sent_by_all_at_once_is_one_order(crowd: Crowd, writing: Writing) -> None:
    code = made(writing, crowd, None)

    answers = crowd.rush(
        lambda session, _: Shop(session, crowd.now).redeem(basket(100), code, key="one").order_id
    )

    assert len(succeeded(answers)) == WORKERS
    assert len(set(answers)) == 1
    assert number(writing, "SELECT sum(used) FROM loyalty_codes") == 1


def test_limits_of_code_set_and_member_hold(crowd: Crowd, writing: Writing) -> None:
    with writing() as session:
        ann = Shop(session, crowd.now).member()
    limits = {"code_limit": 20, "total_limit": 10, "customer_limit": 7}
    for code, limit in zip(("AAAA", "BBBB", "CCCC"), limits.items(), strict=True):
        made(writing, crowd, code, key=code.lower(), **dict([limit]))

    for code, limit in zip(("AAAA", "BBBB", "CCCC"), limits.values(), strict=True):
        answers = crowd.rush(
            lambda session, place, code=code: Shop(session, crowd.now).redeem(
                basket(100, customer=ann), code, key=f"{code}{place}"
            ),
            each=2,
        )
        assert len(succeeded(answers)) == limit


def test_an_order_that_all_reverse_frees_its_code_once(crowd: Crowd, writing: Writing) -> None:
    made(writing, crowd, code_limit=5)
    with writing() as session:
        shop = Shop(session, crowd.now)
        order, _, _ = (shop.redeem(basket(100), "WELCOME", key=key).order_id for key in "abc")

    answers = crowd.rush(lambda session, _: Shop(session, crowd.now).reverse(order))

    assert sorted(answers) == [0] * 15 + [1]
    assert number(writing, "SELECT used FROM loyalty_codes") == 2


def test_two_codes_in_either_order_do_not_block_each_other(crowd: Crowd, writing: Writing) -> None:
    made(writing, crowd, "AAAA", key="a")
    made(writing, crowd, "BBBB", key="b")

    def both(session: Session, place: int) -> Any:
        codes = ("AAAA", "BBBB") if place % 2 else ("BBBB", "AAAA")
        return Shop(session, crowd.now).redeem(basket(100), *codes, key=str(place))

    assert len(succeeded(crowd.rush(both, each=3))) == 3 * WORKERS
    assert number(writing, "SELECT min(used) FROM loyalty_codes") == 3 * WORKERS


def test_a_gift_card_pays_what_is_on_it(crowd: Crowd, writing: Writing) -> None:
    with writing() as session:
        card = CardCounter(session, crowd.now).issue(50).card_id
    seen: list[int] = []

    def pay(session: Session, place: int) -> Any:
        counter = CardCounter(session, crowd.now)
        seen.append(counter.balance(card))
        return counter.pay(card, 1, key=f"p{place}")

    answers = crowd.rush(pay, each=5)

    assert len(succeeded(answers)) == 50
    assert min(seen) >= 0
    assert sorted(answer.balance for answer in succeeded(answers)) == list(range(50))
    with writing() as session:
        counter = CardCounter(session, crowd.now)
        assert (counter.balance(card), counter.verify()) == (0, [])


def test_a_payment_is_given_back_once_though_all_ask(crowd: Crowd, writing: Writing) -> None:
    with writing() as session:
        counter = CardCounter(session, crowd.now)
        card = counter.issue(50).card_id
        payment = counter.pay(card, 30, key="o").activity_id

    answers = crowd.rush(
        lambda session, place: CardCounter(session, crowd.now).refund(payment, 10, key=f"r{place}")
    )

    assert len(succeeded(answers)) == 3
    with writing() as session:
        assert CardCounter(session, crowd.now).balance(card) == 50


def test_stock_is_taken_by_as_many_as_there_is(crowd: Crowd, writing: Writing) -> None:
    with writing() as session:
        counter = Counter(session, crowd.now)
        members = [counter.member(1000) for _ in range(WORKERS)]
        mug = counter.reward(stock=5).key

    def take(session: Session, place: int) -> Any:
        counter = Counter(session, crowd.now)
        reward = type("Reward", (), {"key": mug})()
        return counter.take(members[place % WORKERS], reward, key=str(place)).issue.id

    answers = crowd.rush(take, each=2)

    assert len(succeeded(answers)) == 5
    assert number(writing, "SELECT stock FROM loyalty_rewards") == 0
    spent = "SELECT sum(1000 - balance) FROM loyalty_accounts WHERE purpose = 'member'"
    assert number(writing, spent) == 500

    issue = type("Issue", (), {"id": succeeded(answers)[0]})()
    crowd.rush(lambda session, _: Counter(session, crowd.now).cancel(issue).state)

    assert number(writing, "SELECT stock FROM loyalty_rewards") == 1
    assert number(writing, spent) == 400
    with writing() as session:
        assert Counter(session, crowd.now).till.verify() == []


def test_a_months_budget_is_not_exceeded(crowd: Crowd, writing: Writing) -> None:
    li: UUID = new_id()
    with writing() as session:
        programme = Shop(session).programme
        set_budget(session, programme, li, 1000, now=crowd.now, by="test")

    answers = crowd.rush(
        lambda session, _: spend(session, Shop(session).programme, li, 300, now=crowd.now)
    )

    assert Tally(answer for answer in answers if isinstance(answer, type)) == {Refused: 13}
    assert number(writing, "SELECT spent FROM loyalty_staff_months") == 900
