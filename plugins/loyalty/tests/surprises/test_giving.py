"""Small surprises: within a budget per person and month, once, and taken back."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from sqlalchemy import select

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, new_id, rewards
from guanxi_loyalty.models import CatalogueReward, Surprise
from guanxi_loyalty.surprises.budgets import budget_of, set_budget
from guanxi_loyalty.surprises.giving import Surprised, give_surprise, take_surprise_back

LI, WANG = new_id(), new_id()


@pytest.fixture
def cake(counter: Counter) -> CatalogueReward:
    """A cake that costs 300, and a budget of 1000 for all but Wang, who has 200."""
    for who, monthly in ((None, 1000), (WANG, 200)):
        set_budget(counter.session, counter.programme, who, monthly, now=counter.now, by="test")
    return counter.reward(surprise=True, cost=300, stock=10, points=5000)


def give(
    counter: Counter, who: UUID, customer: UUID, cake: CatalogueReward, **more: Any
) -> Surprised:
    """Give a surprise, in a savepoint."""
    ask = counter.ask(more.pop("key", None))
    with counter.session.begin_nested():
        return give_surprise(counter.session, ask, who, customer, cake.key, reason="was patient")


def spent(counter: Counter, who: UUID = LI) -> int:
    """Return what somebody gave this month."""
    return budget_of(counter.session, counter.programme, who, now=counter.now).spent


def test_a_surprise_costs_the_customer_nothing_and_the_core_knows_it(
    counter: Counter, cake: CatalogueReward
) -> None:
    ann = counter.member()

    given = give(counter, LI, ann, cake)

    assert (spent(counter), counter.stock(cake)) == (300, 9)
    known = counter.session.get(rewards.Reward, given.surprise.core_reward_id)
    assert known is not None
    assert (known.customer_id, known.state, known.fulfilled_by) == (ann, "granted", "loyalty")
    assert (str(known.amount), known.unit, known.reason) == ("3.0000", "GBP", "was patient")


def test_the_budget_is_never_exceeded(counter: Counter, cake: CatalogueReward) -> None:
    ann = counter.member()
    for _ in range(3):
        give(counter, LI, ann, cake)

    with pytest.raises(Refused, match="used up"):
        give(counter, LI, ann, cake)
    with pytest.raises(Refused, match="used up"):
        give(counter, WANG, ann, cake)

    assert (spent(counter), spent(counter, WANG), counter.stock(cake)) == (900, 0, 7)


def test_whoever_has_no_budget_gives_nothing(counter: Counter) -> None:
    cake = counter.reward(surprise=True, cost=1)

    with pytest.raises(Refused):
        give(counter, LI, counter.member(), cake)


def test_a_month_begins_where_the_programme_is(counter: Counter, cake: CatalogueReward) -> None:
    ann = counter.member()
    counter.now = datetime(2026, 7, 31, 22, 59, tzinfo=UTC)  # still July in London
    july = give(counter, LI, ann, cake).surprise.month
    counter.now = datetime(2026, 7, 31, 23, 0, tzinfo=UTC)
    august = give(counter, LI, ann, cake).surprise.month

    assert (july, august) == (date(2026, 7, 1), date(2026, 8, 1))
    assert spent(counter) == 300


def test_a_key_gives_one_surprise(counter: Counter, cake: CatalogueReward) -> None:
    ann = counter.member()

    first, again = (give(counter, LI, ann, cake, key="k") for _ in range(2))

    assert again.surprise.id == first.surprise.id
    assert (first.replayed, again.replayed) == (False, True)
    assert (spent(counter), counter.stock(cake)) == (300, 9)
    with pytest.raises(Conflict):
        give(counter, WANG, ann, cake, key="k")


def test_taking_it_back_frees_the_budget_once(counter: Counter, cake: CatalogueReward) -> None:
    given = give(counter, LI, counter.member(), cake)
    counter.now = datetime(2026, 2, 1, tzinfo=UTC)

    for _ in range(2):
        take_surprise_back(counter.session, given.surprise, counter.ask(), "by mistake")

    counter.now = datetime(2026, 1, 31, tzinfo=UTC)
    assert (spent(counter), counter.stock(cake)) == (0, 10)
    known = counter.session.get(
        rewards.Reward, given.surprise.core_reward_id, populate_existing=True
    )
    assert known is not None
    assert known.state == "reversed"


def test_points_that_were_given_are_taken_back(counter: Counter, cake: CatalogueReward) -> None:
    thanks = counter.reward(gives="points", value=50, points=0, cost=50, surprise=True)
    ann = counter.member(5)
    given = give(counter, LI, ann, thanks)
    assert counter.till.balance(ann) == 55

    take_surprise_back(counter.session, given.surprise, counter.ask(), "by mistake")

    assert (counter.till.balance(ann), spent(counter)) == (5, 0)
    assert counter.till.verify() == []


def test_not_everything_is_a_surprise(counter: Counter, cake: CatalogueReward) -> None:
    with pytest.raises(Refused):
        give(counter, LI, counter.member(), counter.reward(surprise=False))
    cake.key = "none"
    with pytest.raises(NotFound):
        give(counter, LI, counter.member(), CatalogueReward(key="nothing"))
    assert counter.session.scalars(select(Surprise)).all() == []


def test_a_budget_is_not_below_zero(counter: Counter) -> None:
    with pytest.raises(Invalid):
        set_budget(counter.session, counter.programme, LI, -1, now=counter.now, by="test")
