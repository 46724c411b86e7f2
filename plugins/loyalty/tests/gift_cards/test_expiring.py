"""Cards that run out with something on them: the rest becomes breakage, once."""

from datetime import timedelta
from uuid import UUID

import pytest
from plugins.loyalty.tests.gift_cards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy import text

from guanxi.sdk import Invalid
from guanxi_loyalty.gift_cards import CardAsk
from guanxi_loyalty.gift_cards.expiring import expire_due, work_longer
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards_jobs import write_off_cards
from guanxi_loyalty.vouchers.secrecy import NotUsable

WEEK = timedelta(days=7)
YEAR = timedelta(days=365)


def lines(counter: Counter, card: UUID) -> list[tuple[str, int, int]]:
    """Return what happened to a card: kind, amount, and what was on it then."""
    wanted = text(
        "SELECT kind, amount, balance_after FROM loyalty_gift_activities "
        "WHERE card_id = :id ORDER BY at, id"
    )
    return [tuple(row) for row in counter.session.execute(wanted, {"id": card})]


def longer(counter: Counter, card: UUID, **more: timedelta) -> None:
    """Let a card work longer."""
    programme = find_programme(counter.session, "club")
    ask = CardAsk(programme, "longer", counter.now, "test")
    work_longer(counter.session, ask, card, counter.now + timedelta(**more), "asked nicely")


def test_the_rest_of_a_card_that_ran_out_is_written_off_once(counter: Counter) -> None:
    card = counter.issue(500, expires_at=NOW + WEEK).card_id
    counter.pay(card, 200)
    counter.now = NOW + WEEK

    looked = [expire_due(counter.session, now=counter.now) for _ in range(2)]

    assert looked == [1, 0]
    assert lines(counter, card) == [("load", 500, 500), ("redeem", -200, 300), ("expire", -300, 0)]
    assert counter.verify() == []


def test_a_card_works_until_the_instant_at_which_it_runs_out(counter: Counter) -> None:
    card = counter.issue(500, expires_at=NOW + WEEK).card_id
    just_before = NOW + WEEK - timedelta(microseconds=1)

    assert expire_due(counter.session, now=just_before) == 0
    counter.now = just_before
    assert counter.pay(card, 100).balance == 400


def test_cards_without_expiry_and_empty_ones_leave_no_line(counter: Counter) -> None:
    lasting, empty = counter.issue(500).card_id, counter.issue(500, expires_at=NOW + WEEK).card_id
    counter.pay(empty, 500)

    write_off_cards(counter.session, NOW + YEAR)

    assert counter.balance(lasting) == 500
    assert [kind for kind, _amount, _after in lines(counter, empty)] == ["load", "redeem"]


def test_a_blocked_card_runs_out_as_well(counter: Counter) -> None:
    card = counter.issue(500, expires_at=NOW + WEEK).card_id
    counter.block(card)

    expire_due(counter.session, now=NOW + WEEK)

    assert counter.balance(card) == 0


@pytest.mark.parametrize("job_first", [True, False])
def test_what_is_refunded_after_the_expiry_stays_the_customers(
    counter: Counter, job_first: bool
) -> None:
    card = counter.issue(500, expires_at=NOW + WEEK).card_id
    payment = counter.pay(card, 200).activity_id
    counter.now = NOW + WEEK + timedelta(hours=1)

    if job_first:
        expire_due(counter.session, now=counter.now)
    counter.refund(payment)
    write_off_cards(counter.session, counter.now + timedelta(hours=1))

    assert counter.balance(card) == 200
    assert counter.verify() == []


def test_a_card_that_works_longer_can_be_paid_with_and_runs_out_again(counter: Counter) -> None:
    card = counter.issue(500, expires_at=NOW + WEEK).card_id
    payment = counter.pay(card, 200).activity_id
    counter.now = NOW + WEEK
    expire_due(counter.session, now=counter.now)
    counter.refund(payment)

    longer(counter, card, days=30)

    assert counter.pay(card, 50).balance == 150
    expire_due(counter.session, now=counter.now + timedelta(days=30))
    assert lines(counter, card)[-1] == ("expire", -150, 0)
    with pytest.raises(NotUsable):
        counter.pay(card, 1)


def test_a_card_is_not_made_to_run_out_in_the_past(counter: Counter) -> None:
    card = counter.issue(500).card_id

    with pytest.raises(Invalid):
        longer(counter, card, days=-1)
