"""Scores equal brute force by both conventions; one customer is scored as all are."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy, touch
from plugins.segmentation.tests.rfm.oracle import Inputs, by_quantiles, by_thresholds
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_segmentation import rfm
from guanxi_segmentation.models import RfmScore

Writing = Callable[..., Any]
Configure = Callable[..., None]
Scores = dict[UUID, tuple[int, int, int]]


def scores(session: Session) -> Scores:
    return {s.customer_id: (s.r, s.f, s.m) for s in session.scalars(select(RfmScore))}


def a_company(session: Session, now: datetime, seed: int, people: int = 120) -> dict[UUID, Inputs]:
    """Customers who order, return, pay in another currency, or never come; their inputs."""
    rng = random.Random(seed)
    found = {}
    rows = []
    for one in add_people(session, people, at=now):
        orders = rng.choice((0, 1, 1, 1, 2, 3, rng.randrange(1, 30)))
        bought = [
            (rng.choice((0, 1, 7, rng.randrange(700))), Decimal(rng.randrange(1, 99_999)) / 100)
            for _ in range(orders)
        ]
        rows += [buy(one, now, days + 0.01, amount) for days, amount in bought]
        back = -bought[0][1] if bought and rng.random() < 0.2 else Decimal(0)
        if back:
            rows.append(touch(one, now - timedelta(hours=1), kind="return", amount=back))
        rows.append(touch(one, now - timedelta(days=1), amount=5, currency="JPY"))
        rows.append(touch(one, now - timedelta(days=1), amount=9_999, state="voided"))
        rows.append(touch(one, now, amount=7_777))
        if bought:
            money = sum((amount for _, amount in bought), back)
            found[one] = Inputs(min(days for days, _ in bought), orders, money)
    add_touchpoints(session, rows)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_quantile_scores_equal_brute_force(writing: Writing, now: datetime, seed: int) -> None:
    with writing() as session:
        inputs = a_company(session, now, seed)
        rfm.refresh(session, None, as_of=now)
        found = scores(session)

    expected = dict(zip(inputs, by_quantiles(list(inputs.values())), strict=True))
    assert found == expected


@pytest.mark.parametrize("seed", range(3))
def test_fixed_thresholds_equal_brute_force_and_who_never_ordered_is_worst(
    writing: Writing, configure: Configure, now: datetime, seed: int
) -> None:
    limits = {"days": [3, 30, 100, 300], "orders": [1, 2, 4, 9], "money": [50, 200, 500, 1000]}
    configure(
        rfm_convention="fixed",
        rfm_fixed_days=limits["days"],
        rfm_fixed_orders=limits["orders"],
        rfm_fixed_amounts=limits["money"],
    )

    with writing() as session:
        inputs = a_company(session, now, seed)
        more = add_people(session, 3, at=now)
        rfm.refresh(session, None, as_of=now)
        found = scores(session)

    assert found == {one: by_thresholds(inputs.get(one), **limits) for one in found}
    assert set(more) <= set(found)
    assert set(inputs) <= set(found)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        # seven of ten pay 1, three pay 2: 20, 40 and 60 % are 1, 80 % is 2; so breaks 2, 2, 2, 3
        ([1] * 7 + [2] * 3, {1: 1, 2: 4}),
        ([7] * 10, {7: 1}),
        # 0 to 100 by ten: quantiles 20, 40, 60, 80 and one more
        ([*range(0, 101, 10)], {0: 1, 10: 1, 20: 1, 30: 2, 40: 2, 50: 3, 60: 3, 70: 4, 80: 4,
                                90: 5, 100: 5}),
        ([3], {3: 1}),
    ],
)  # fmt: skip
def test_equal_values_have_equal_scores_however_few_there_are(
    writing: Writing, now: datetime, amounts: list[int], expected: dict[int, int]
) -> None:
    with writing() as session:
        people = add_people(session, len(amounts), at=now)
        add_touchpoints(
            session, [buy(one, now, 2, amount) for one, amount in zip(people, amounts, strict=True)]
        )
        rfm.refresh(session, None, as_of=now)
        found = scores(session)

    assert {amounts[people.index(one)]: m for one, (_, _, m) in found.items()} == expected
    assert {(r, f) for r, f, _ in found.values()} == {(5, 1)}


def test_a_break_lies_between_two_values_in_proportion(writing: Writing, now: datetime) -> None:
    with writing() as session:
        people = add_people(session, 4, at=now)
        amounts = ["10", "20", "30", "40.5"]
        add_touchpoints(
            session, [buy(one, now, 2, amount) for one, amount in zip(people, amounts, strict=True)]
        )
        rfm.refresh(session, None, as_of=now)
        cut = rfm.latest_cut(session)
        breaks = cut.m_breaks

    assert breaks == [Decimal(17), Decimal(23), Decimal(29), Decimal("35.2")]


@pytest.mark.parametrize("convention", ["quantile", "fixed"])
def test_one_customer_alone_is_scored_as_all_are(
    writing: Writing, configure: Configure, now: datetime, convention: str
) -> None:
    configure(rfm_convention=convention)
    with writing() as session:
        inputs = a_company(session, now, 7)
        rfm.refresh(session, None, as_of=now)
        everybody = scores(session)
        session.query(RfmScore).delete()
        for one in inputs:
            rfm.refresh(session, [one], as_of=now)
        alone = scores(session)

    assert {one: everybody[one] for one in inputs} == alone


def test_an_order_moves_the_score_of_who_ordered_and_nobody_elses(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        inputs = a_company(session, now, 3)
        rfm.refresh(session, None, as_of=now)
        before = scores(session)
        worst = min(before, key=lambda one: before[one])
        add_touchpoints(session, [buy(worst, now, 0.001, 100_000)])
        rfm.refresh(session, [worst], as_of=now)
        after = scores(session)

    assert worst in inputs
    assert before[worst] < after[worst]
    assert after[worst][0::2] == (5, 5)
    assert {one for one in after if after[one] != before[one]} == {worst}


def test_who_returned_to_nothing_loses_the_score(writing: Writing, now: datetime) -> None:
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        row = buy(one, now, 3, 5)
        add_touchpoints(session, [row])
        rfm.refresh(session, None, as_of=now)
        before = scores(session)
        from guanxi.sdk import Touchpoint  # noqa: PLC0415

        session.get(Touchpoint, row["id"]).state = "voided"
        session.flush()
        rfm.refresh(session, [one], as_of=now)
        after = scores(session)

    assert (set(before), after) == ({one}, {})


def test_recency_is_in_days_of_the_companys_zone(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    configure(rfm_convention="fixed", rfm_fixed_days=[0, 1, 2, 3], time_zone="Asia/Shanghai")
    # 23:30 on the 1st in Shanghai; then half past midnight on the 2nd.
    order = datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    instants = [order + timedelta(minutes=15), order + timedelta(minutes=60)]

    found = []
    for place, at in enumerate(instants):
        with writing(at) as session:
            if place == 0:
                (one,) = add_people(session, 1, at=order)
                add_touchpoints(session, [touch(one, order, amount=5)])
            rfm.refresh(session, None, as_of=at)
            found.append(rfm.score_of(session, one).r)

    assert found == [5, 4]


def test_orders_before_the_window_do_not_count(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    configure(rfm_window_days=30)
    with writing() as session:
        old, new = add_people(session, 2, at=now)
        add_touchpoints(session, [buy(old, now, 30.001, 5), buy(new, now, 30, 5)])
        rfm.refresh(session, None, as_of=now)
        found = scores(session)

    assert set(found) == {new}


def test_a_refresh_says_whether_anything_changed(writing: Writing, now: datetime) -> None:
    with writing() as session:
        inputs = a_company(session, now, 3)
        found = [rfm.refresh(session, list(inputs), as_of=now)]
        found += [rfm.refresh(session, None, as_of=now) for _ in range(2)]
        found.append(rfm.refresh(session, list(inputs), as_of=now))
        session.query(RfmScore).delete()
        found.append(rfm.refresh(session, list(inputs), as_of=now))

    assert found == [False, True, False, False, True]
