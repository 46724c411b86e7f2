"""Gift cards: issued, loaded, paid with, given back, blocked."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.loyalty.tests.gift_cards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, new_id
from guanxi_loyalty.vouchers.secrecy import NotUsable


def test_a_card_pays_until_it_is_empty(counter: Counter) -> None:
    card = counter.issue(5000).card_id

    assert counter.pay(card, 2000).balance == 3000
    assert counter.pay(card, 3000).balance == 0
    with pytest.raises(NotUsable):
        counter.pay(card, 1)
    assert counter.verify() == []


def test_a_card_is_found_by_its_code_and_by_no_other(counter: Counter) -> None:
    issued = counter.issue(5000)
    assert issued.code is not None

    assert counter.find(issued.code.lower()) == issued.card_id
    with pytest.raises(NotUsable):
        counter.find(issued.serial)


def test_a_card_pays_partly_if_that_is_wanted(counter: Counter) -> None:
    card = counter.issue(500).card_id

    assert counter.pay(card, 800, partly=True).amount == 500
    with pytest.raises(NotUsable):
        counter.pay(card, 800, partly=True)


def test_a_key_issues_one_card_and_shows_its_code_once(counter: Counter) -> None:
    first, again = (counter.issue(500, key="sale") for _ in range(2))

    assert again.card_id == first.card_id
    assert (first.code is None, again.code is None) == (False, True)
    assert counter.balance(first.card_id) == 500
    with pytest.raises(Conflict):
        counter.issue(600, key="sale")


def test_a_payment_happens_once_by_its_key(counter: Counter) -> None:
    card = counter.issue(500).card_id

    first, again = (counter.pay(card, 100, key="o1") for _ in range(2))

    assert first == again
    assert again.replayed
    assert counter.balance(card) == 400
    with pytest.raises(Conflict):
        counter.pay(card, 101, key="o1")


def test_a_payment_is_given_back_in_parts_and_never_more(counter: Counter) -> None:
    card = counter.issue(500).card_id
    payment = counter.pay(card, 300).activity_id

    assert counter.refund(payment, 100, key="r1").balance == 300
    assert counter.refund(payment, 100, key="r1").balance == 300
    assert counter.refund(payment).balance == 500
    with pytest.raises(Refused):
        counter.refund(payment, 1)
    with pytest.raises(Refused):
        counter.refund(payment)
    assert counter.verify() == []


def test_what_was_never_paid_is_not_given_back(counter: Counter) -> None:
    counter.issue(500)

    with pytest.raises(NotFound):
        counter.refund(new_id())


def test_a_blocked_card_pays_nothing_and_keeps_its_money(counter: Counter) -> None:
    card = counter.issue(500).card_id
    counter.block(card)
    with pytest.raises(NotUsable):
        counter.pay(card, 1)

    assert counter.unblock(card).balance == 500
    assert counter.pay(card, 1).balance == 499


def test_a_card_that_ran_out_pays_nothing_but_takes_money_back(counter: Counter) -> None:
    card = counter.issue(500, expires_at=NOW + timedelta(days=1)).card_id
    payment = counter.pay(card, 100).activity_id
    counter.now = NOW + timedelta(days=1)

    with pytest.raises(NotUsable):
        counter.pay(card, 1)
    assert counter.refund(payment).balance == 500


@pytest.mark.parametrize("amount", [0, -1, True, 10**11])
def test_amounts_that_are_none_are_refused(counter: Counter, amount: int) -> None:
    with pytest.raises(Invalid):
        counter.issue(amount)


def test_no_such_card(counter: Counter) -> None:
    with pytest.raises(NotFound):
        counter.pay(new_id(), 1)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE loyalty_gift_activities SET amount = 1", "DELETE FROM loyalty_gift_activities"],
)
def test_the_database_lets_nobody_change_an_activity(counter: Counter, statement: str) -> None:
    counter.issue(500)

    with pytest.raises(DBAPIError, match="append-only"), counter.session.begin_nested():
        counter.session.execute(text(statement))


def test_a_balance_that_was_tampered_with_is_found(counter: Counter) -> None:
    card = counter.issue(500).card_id
    counter.session.execute(text("UPDATE loyalty_gift_cards SET balance = 501"))

    assert counter.verify() == [card]


STEPS = st.lists(
    st.tuples(st.sampled_from(["load", "pay", "refund", "block", "unblock"]), st.integers(1, 60)),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_a_card_does_what_an_account_book_says(
    counter: Counter, steps: list[tuple[str, int]]
) -> None:
    card, balance, blocked = counter.issue(100).card_id, 100, False
    paid: list[list] = []
    for step, amount in steps:
        try:
            if step == "load":
                counter.load(card, amount)
                assert not blocked
                balance += amount
            elif step == "pay":
                activity = counter.pay(card, amount).activity_id
                assert not blocked
                assert amount <= balance
                balance -= amount
                paid.append([activity, amount])
            elif step == "refund" and paid:
                last = paid[amount % len(paid)]
                counter.refund(last[0], amount)
                assert amount <= last[1]
                last[1], balance = last[1] - amount, balance + amount
            elif step in ("block", "unblock"):
                getattr(counter, step)(card)
                blocked = step == "block"
        except NotUsable:
            assert blocked or (step == "pay" and amount > balance)
        except Refused:
            assert amount > last[1]
        assert counter.balance(card) == balance
    assert counter.verify() == []
