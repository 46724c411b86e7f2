"""Sixteen processes, each with an interpreter of its own, on one voucher and one gift card."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from multiprocessing import get_context
from uuid import UUID

import pytest
from plugins.loyalty.tests.gift_cards.counter import Counter as CardCounter
from plugins.loyalty.tests.races.crowd import ACTOR, WORKERS
from plugins.loyalty.tests.vouchers.shop import Shop, basket
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.db import Database
from guanxi.platform import Platform
from guanxi_loyalty.vouchers.secrecy import NotUsable


def use(url: str, code: str, card: UUID, place: int, now: datetime) -> tuple[int, int]:
    """Use a code ten times, and pay ten times with a card; return how often each worked."""
    database, used, paid = Database(url), 0, 0
    for time in range(10):
        key = f"{place}-{time}"
        try:
            with database.write(ACTOR, now=now) as session:
                Shop(session, now).redeem(basket(100), code, key=key)
            used += 1
        except NotUsable:
            pass
        try:
            with database.write(ACTOR, now=now) as session:
                CardCounter(session, now).pay(card, 1, key=key)
            paid += 1
        except NotUsable:
            pass
    database.dispose()
    return used, paid


@pytest.mark.slow
def test_sixteen_processes_use_a_code_once_and_a_card_to_its_end(
    loyalty: Platform,
    database_url: str,
    writing: Callable[..., AbstractContextManager[Session]],
    now: datetime,
) -> None:
    with writing() as session:
        shop = Shop(session, now)
        (code,) = shop.codes(shop.set(None))
        card = CardCounter(session, now).issue(70).card_id

    with get_context("spawn").Pool(WORKERS) as pool:
        work = [(database_url, code, card, place, now) for place in range(WORKERS)]
        found = pool.starmap(use, work, chunksize=1)

    assert sum(used for used, _ in found) == 1
    assert sum(paid for _, paid in found) == 70
    with writing() as session:
        assert CardCounter(session, now).balance(card) == 0
        orders = session.execute(text("SELECT count(*) FROM loyalty_code_orders")).scalar_one()
        assert orders == 1
