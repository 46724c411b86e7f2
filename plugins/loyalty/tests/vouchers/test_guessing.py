"""Guessing of codes is slowed down, for each and for all processes together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from plugins.loyalty.tests.races.crowd import Crowd
from plugins.loyalty.tests.vouchers.shop import NOW, Shop
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.db import Database
from guanxi.platform import Platform
from guanxi_loyalty.vouchers import guessing
from guanxi_loyalty.vouchers.guessing import TooManyTries

ME = ("visitor:me",)


def tries(shop: Shop, keys: tuple[str, ...], number: int) -> list[int]:
    """Send wrong codes; return after each how long to wait."""
    waits = []
    for _ in range(number):
        try:
            guessing.count(shop.session, keys, 1, now=shop.now)
            waits.append(0)
        except TooManyTries as error:
            waits.append(error.retry_after)
    return waits


def test_some_mistakes_are_free_and_then_each_doubles_the_wait(shop: Shop) -> None:
    assert tries(shop, ME, 9) == [0, 0, 0, 0, 0, 2, 4, 8, 16]
    assert tries(shop, ME, 10)[-1] == 900


def test_whoever_has_to_wait_gets_no_answer_until_then(shop: Shop) -> None:
    tries(shop, ME, 7)

    with pytest.raises(TooManyTries) as caught:
        guessing.check(shop.session, ME, now=NOW + timedelta(seconds=1))
    assert caught.value.retry_after == 4
    guessing.check(shop.session, ME, now=NOW + timedelta(seconds=4))
    guessing.check(shop.session, ("visitor:other",), now=NOW)


def test_one_who_waits_is_enough(shop: Shop) -> None:
    tries(shop, ME, 7)

    with pytest.raises(TooManyTries):
        guessing.check(shop.session, ("token:shop", *ME), now=NOW)


def test_a_shop_has_more_mistakes_than_a_person(shop: Shop) -> None:
    assert tries(shop, ("token:shop",), 101)[-2:] == [0, 2]
    assert tries(shop, ("address:10.0.0.1",), 51)[-2:] == [0, 2]


def test_several_wrong_codes_of_one_order_are_all_counted(shop: Shop) -> None:
    with pytest.raises(TooManyTries):
        guessing.count(shop.session, ME, 6, now=NOW)


def test_mistakes_are_forgotten_after_an_hour(shop: Shop) -> None:
    tries(shop, ME, 7)
    shop.now = NOW + timedelta(hours=1, seconds=1)

    assert tries(shop, ME, 1) == [0]
    guessing.forget_old(shop.session, now=NOW + timedelta(hours=3))
    count = shop.session.execute(text("SELECT count(*) FROM loyalty_guesses"))
    assert count.scalar_one() == 0


def test_all_processes_share_the_count(
    loyalty: Platform,
    database_url: str,
    writing: Callable[..., AbstractContextManager[Session]],
) -> None:
    crowd = Crowd(database_url, NOW)

    def guess(database: Database) -> str:
        with database.autocommit.connect() as connection:
            try:
                guessing.count(connection, ME, 1, now=NOW)
            except TooManyTries:
                return "wait"
            return "answered"

    with ThreadPoolExecutor(len(crowd.databases)) as pool:
        answers = list(pool.map(guess, crowd.databases))
    crowd.close()

    assert sorted(answers) == ["answered"] * 5 + ["wait"] * 11
    with writing() as session:
        failures = session.execute(text("SELECT failures FROM loyalty_guesses")).scalar_one()
    assert failures == 16
