"""Sixteen processes, each with an interpreter of its own, on one thing of each kind."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from multiprocessing import get_context
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.gift_cards.counter import Counter as CardCounter
from plugins.loyalty.tests.races.crowd import ACTOR, WORKERS
from plugins.loyalty.tests.rewards.counter import Counter as RewardCounter
from plugins.loyalty.tests.vouchers.shop import Shop, basket
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.db import Database
from guanxi.platform import Platform
from guanxi.sdk import Refused, TouchpointRecorded
from guanxi_loyalty.earning import reacting
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


def take(url: str, mug: str, members: list[UUID], place: int, now: datetime) -> int:
    """Try ten times to take the same reward; return how often it worked."""
    database, taken = Database(url), 0
    for time in range(10):
        try:
            with database.write(ACTOR, now=now) as session:
                reward = type("Reward", (), {"key": mug})()
                RewardCounter(session, now).take(members[place], reward, key=f"{place}-{time}")
            taken += 1
        except Refused:
            pass
    database.dispose()
    return taken


@pytest.mark.slow
def test_sixteen_processes_take_what_is_in_stock_and_no_more(
    loyalty: Platform,
    database_url: str,
    writing: Callable[..., AbstractContextManager[Session]],
    now: datetime,
) -> None:
    with writing() as session:
        counter = RewardCounter(session, now)
        members = [counter.member(2000) for _ in range(WORKERS)]
        mug = counter.reward(stock=70).key

    with get_context("spawn").Pool(WORKERS) as pool:
        work = [(database_url, mug, members, place, now) for place in range(WORKERS)]
        found = pool.starmap(take, work, chunksize=1)

    assert sum(found) == 70
    with writing() as session:
        stock = session.execute(text("SELECT stock FROM loyalty_rewards")).scalar_one()
        spent = "SELECT sum(2000 - balance) FROM loyalty_accounts WHERE purpose = 'member'"
        assert (stock, session.execute(text(spent)).scalar_one()) == (0, 7000)
        assert RewardCounter(session, now).till.verify() == []


def earn(url: str, events: list[TouchpointRecorded], now: datetime) -> int:
    """Read purchases one by one; return how many there were."""
    database = Database(url)
    for event in events:
        with database.write(ACTOR, now=now) as session:
            reacting.recorded(session, [event])
    database.dispose()
    return len(events)


@pytest.mark.slow
def test_sixteen_processes_spend_a_campaigns_budget_and_no_more(
    loyalty: Platform, database_url: str, now: datetime
) -> None:
    club = Club(loyalty, now)
    club.campaign(budget=1000)
    club.rule(campaign="spring")
    people = [club.person(f"P{number}") for number in range(20)]
    for number in range(160):
        club.buy(people[number % 20], "13")
    events = club.news()

    with get_context("spawn").Pool(WORKERS) as pool:
        work = [(database_url, events[place::WORKERS], now) for place in range(WORKERS)]
        found = pool.starmap(earn, work, chunksize=1)

    assert sum(found) == 160
    assert sum(club.points(one) for one in people) == 1000
    assert club.spent() == 1000
    assert club.verify() == []
