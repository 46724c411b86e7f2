"""Batches of codes and cards that ran out, wanted by sixteen workers at the same moment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from plugins.loyalty.tests.gift_cards.counter import Counter as CardCounter
from plugins.loyalty.tests.races.crowd import Crowd, succeeded
from plugins.loyalty.tests.races.test_codes_and_cards import number
from plugins.loyalty.tests.vouchers.shop import Shop
from plugins.loyalty.tests.vouchers.test_batches import Box, asked, fetched
from sqlalchemy.orm import Session

from guanxi.sdk import new_id
from guanxi_loyalty.gift_cards.expiring import expire_due
from guanxi_loyalty.models import CodeBatch
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.vouchers.batches import BatchAsk, ask_codes, find_batch, make_some
from guanxi_loyalty.vouchers.sets import find_set

Writing = Callable[..., AbstractContextManager[Session]]


def test_a_form_sent_by_all_at_once_makes_its_codes_once(crowd: Crowd, writing: Writing) -> None:
    ask = BatchAsk(new_id(), 5, 16, crowd.now, "test")
    with writing() as session:
        Shop(session, crowd.now).set(None, key="ten")

    def work(session: Session, _place: int) -> int:
        found = find_set(session, find_programme(session, "club"), "ten")
        return len(ask_codes(session, found, ask, Box())[1])

    answers = crowd.rush(work)

    assert sorted(answers) == [0] * 15 + [5]
    assert number(writing, "SELECT count(*) FROM loyalty_codes") == 5
    assert number(writing, "SELECT made FROM loyalty_code_sets") == 5


def test_workers_share_a_batch_and_one_person_gets_its_codes(
    crowd: Crowd, writing: Writing
) -> None:
    with writing() as session:
        shop = Shop(session, crowd.now)
        batch_id = asked(shop, shop.set(None, key="ten"), 150)[0].id

    def fetch(session: Session, _place: int) -> list[tuple[int, str]]:
        shop = Shop(session, crowd.now)
        found = find_set(session, shop.programme, "ten")
        return fetched(shop, found, find_batch(session, found, batch_id))

    while number(writing, "SELECT made FROM loyalty_code_batches") < 150:
        crowd.rush(lambda session, _place: make_some(session, now=crowd.now, most=10))
    answers = succeeded(crowd.rush(fetch))

    assert [len(codes) for codes in answers] == [150]
    assert [serial for serial, _code in answers[0]] == list(range(1, 151))
    assert number(writing, "SELECT count(DISTINCT code_hash) FROM loyalty_codes") == 150
    with writing() as session:
        assert session.get_one(CodeBatch, batch_id).state == "fetched"


def test_a_card_that_runs_out_under_payments_loses_its_rest_once(
    crowd: Crowd, writing: Writing
) -> None:
    ends = crowd.now + timedelta(days=1)
    with writing(crowd.now) as session:
        card = CardCounter(session, crowd.now).issue(100, expires_at=ends).card_id

    def work(session: Session, place: int) -> int:
        if place % 2:
            return expire_due(session, now=ends)
        return CardCounter(session, crowd.now).pay(card, 3, key=f"o{place}").amount

    answers = crowd.rush(work, 4)
    with writing(ends) as session:
        expire_due(session, now=ends)  # whoever met a payment left the card for the next run

    paid = sum(answer for answer in succeeded(answers) if answer == 3)
    lost = number(
        writing,
        "SELECT coalesce(-sum(amount), 0) FROM loyalty_gift_activities WHERE kind = 'expire'",
    )
    assert number(writing, "SELECT balance FROM loyalty_gift_cards") == 0
    assert paid + lost == 100
    expired = "SELECT count(*) FROM loyalty_gift_activities WHERE kind = 'expire'"
    assert number(writing, expired) == 1
