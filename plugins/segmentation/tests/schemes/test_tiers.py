"""Tiers by present value and potential: exhaustive, exclusive, and without flicker."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer
from guanxi_segmentation import steps, value
from guanxi_segmentation.models import ClassStay, CustomerValue, Scheme
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import change_scheme, get_scheme
from guanxi_segmentation.schemes.presets import ensure_ready_made
from guanxi_segmentation.schemes.sorting import sort_computed

Writing = Callable[..., Any]
DAY = timedelta(days=1)
BY_VALUE = {
    "present": "segmentation.observed_value",
    "potential": "segmentation.recent_value",
    "by": "value",
    "present_at": "1000",
    "potential_at": "100",
    "hysteresis": "10",
    "minimum_stay_days": 30,
}


@pytest.fixture
def by_value(writing: Writing, now: datetime) -> Callable[..., Any]:
    """The ready-made schemes with thresholds by value, built before anybody is there."""
    with writing(now - 400 * DAY) as session:
        ensure_ready_made(session, now=now - 400 * DAY)
        change_scheme(session, "tiers", {"options": BY_VALUE}, now=now - 400 * DAY)
        run(session, None, now - 400 * DAY)
    return writing


def run(session: Session, customers: list[UUID] | None, at: datetime) -> None:
    for step in steps.BEFORE:
        step(session, customers, as_of=at, cause="changed")


def tier(session: Session, one: UUID, at: datetime) -> str:
    return history.class_at(session, "tiers", one, at).key


@pytest.mark.parametrize(
    ("present", "potential", "expected"),
    [
        (1000, 100, ("core", "key")),
        (1000, 99, ("important", "secondary")),
        (999, 100, ("potential", "prospective")),
        (999, 99, ("general", "general")),
        (0, 0, ("general", "general")),
    ],
)
def test_a_tier_is_present_value_by_potential_and_the_four_classes_follow(
    by_value: Writing, now: datetime, present: int, potential: int, expected: tuple[str, str]
) -> None:
    with by_value() as session:
        (one,) = add_people(session, 1, at=now - DAY)
        rows = [buy(one, now, 380, present - potential), buy(one, now, 2, potential)]
        add_touchpoints(session, [row for row in rows if row["amount"]])
        run(session, [one], now)
        found = [history.class_at(session, key, one, now).key for key in ("tiers", "four")]

    assert tuple(found) == expected


def test_who_is_above_leaves_only_below_the_hysteresis_and_after_the_minimum_stay(
    by_value: Writing, now: datetime
) -> None:
    # the year's revenue falls from 100 to 95 to 89: below 100, then below 90
    with by_value() as session:
        (one,) = add_people(session, 1, at=now)
        add_touchpoints(
            session,
            [buy(one, now, 364, 5), buy(one, now, 363, 6), buy(one, now, 1, 89)],
        )
        found = []
        for days in (0, 1.5, 2.5, 29, 29.9, 30):
            at = now + days * DAY
            run(session, [one], at)
            amount = session.get(CustomerValue, one, populate_existing=True).recent
            found.append((days, amount, tier(session, one, at)))

    assert found == [
        (0, 100, "potential"),
        (1.5, 95, "potential"),
        (2.5, 89, "potential"),
        (29, 89, "potential"),
        (29.9, 89, "potential"),
        (30, 89, "general"),
    ]


def test_going_up_is_at_once(by_value: Writing, now: datetime) -> None:
    with by_value() as session:
        (one,) = add_people(session, 1, at=now)
        run(session, [one], now)
        add_touchpoints(session, [buy(one, now + DAY, 0.5, 5000)])
        run(session, [one], now + DAY)
        stays = history.stays_of(session, one)

    tiers = [(s.member.key, s.entered_at, s.left_at) for s in stays if s.scheme == "tiers"]
    assert tiers == [("core", now + DAY, None), ("general", now, now + DAY)]


def test_nobody_flickers_however_the_value_swings(by_value: Writing, now: datetime) -> None:
    rng = random.Random(5)
    with by_value() as session:
        people = add_people(session, 6, at=now)
        for hours in range(0, 24 * 120, 60):
            at = now + timedelta(hours=hours)
            for one in people:
                amount = Decimal(rng.choice((-900, -180, 90, 110, 900)))
                kind = "purchase" if amount > 0 else "return"
                row = {**buy(one, at, 0.01, amount), "kind": kind}
                add_touchpoints(session, [row] if rng.random() < 0.6 else [])
            run(session, people, at)
        stays = [
            SimpleNamespace(of=one, **{name: getattr(s, name) for name in s.__slots__})
            for one in people
            for s in history.stays_of(session, one)
        ]

    order = ["core", "important", "potential", "general"]
    mine = [s for s in stays if s.scheme == "tiers"]
    next_of = {(s.of, s.entered_at): s.member.key for s in mine}
    downs = [
        s.left_at - s.entered_at
        for s in mine
        if (s.of, s.left_at) in next_of
        and order.index(next_of[s.of, s.left_at]) > order.index(s.member.key)
    ]
    assert len(downs) > 3
    assert min(downs) >= 30 * DAY


def exactly_one(session: Session, scheme: str, since: dict[UUID, datetime]) -> list[Any]:
    """Where somebody's stays leave a gap, overlap, or begin later than the customer."""
    wrong: list[Any] = []
    query = (
        select(ClassStay)
        .join(Scheme, Scheme.id == ClassStay.scheme_id)
        .where(Scheme.key == scheme)
        .order_by(ClassStay.customer_id, ClassStay.entered_at)
        .execution_options(populate_existing=True)
    )
    by_customer: dict[UUID, list[ClassStay]] = {one: [] for one in since}
    for stay in session.scalars(query):
        by_customer[stay.customer_id].append(stay)
    for one, stays in by_customer.items():
        edges = [(s.entered_at, s.left_at) for s in stays]
        joined = all(a[1] == b[0] for a, b in pairwise(edges))
        if not stays or edges[0][0] != since[one] or edges[-1][1] is not None or not joined:
            wrong.append((one, edges))
    return wrong


@pytest.mark.parametrize("seed", range(3))
def test_at_every_instant_everybody_is_in_exactly_one_class_of_each_scheme(
    by_value: Writing, now: datetime, seed: int
) -> None:
    rng = random.Random(seed)
    since: dict[UUID, datetime] = {}
    with by_value() as session:
        at = now
        for _ in range(25):
            at += timedelta(hours=rng.randrange(0, 400))
            new = add_people(session, rng.randrange(3), at=at)
            since |= dict.fromkeys(new, at)
            some = rng.sample(list(since), min(len(since), 5))
            add_touchpoints(session, [buy(one, at, 0.1, rng.choice((5, 90, 1500))) for one in some])
            # sometimes everybody, sometimes as of an instant that lies before the last one
            early = at - timedelta(hours=rng.choice((0, 0, 0, 30)))
            run(session, None if rng.random() < 0.2 else [*some, *new], early)
        run(session, None, at)
        wrong = {key: exactly_one(session, key, since) for key in ("tiers", "four")}
        now_in = {key: history.classes_at(session, key, at) for key in ("tiers", "four")}

    assert wrong == {"tiers": [], "four": []}
    assert [set(found) for found in now_in.values()] == [set(since), set(since)]


def test_thresholds_by_share_take_the_best_and_equals_together(
    writing: Writing, now: datetime
) -> None:
    options = {**BY_VALUE, "by": "share", "present_at": "20", "potential_at": "100"}
    with writing() as session:
        ensure_ready_made(session, now=now)
        change_scheme(session, "tiers", {"options": options}, now=now)
        people = add_people(session, 10, at=now)
        amounts = [0, 0, 0, 10, 20, 30, 40, 50, 50, 50]
        add_touchpoints(
            session,
            [buy(one, now, 1, a) for one, a in zip(people, amounts, strict=True) if a],
        )
        run(session, None, now)
        found = Counter(
            (amounts[people.index(one)], key)
            for one, key in history.classes_at(session, "tiers", now).items()
        )
        cut = get_scheme(session, "tiers").cut

    assert found == {
        (50, "core"): 3, (40, "potential"): 1, (30, "potential"): 1, (20, "potential"): 1,
        (10, "potential"): 1, (0, "general"): 3,
    }  # fmt: skip
    assert (Decimal(cut["present"]), Decimal(cut["potential"])) == (50, 0)


def test_one_alone_is_sorted_as_all_are(writing: Writing, now: datetime) -> None:
    with writing() as session:
        ensure_ready_made(session, now=now)
        people = add_people(session, 40, at=now - DAY)
        rng = random.Random(1)
        add_touchpoints(
            session, [buy(rng.choice(people), now, rng.random() * 700, 30) for _ in range(200)]
        )
        run(session, None, now)
        everybody = history.classes_at(session, "tiers", now)
        session.query(ClassStay).delete()
        for one in people:
            run(session, [one], now)
        alone = history.classes_at(session, "tiers", now)
        counted = history.counts(session, get_scheme(session, "tiers"))

    assert alone == everybody
    assert counted == {key: Counter(everybody.values())[key] for key in counted}
    assert len(set(everybody.values())) > 2


def test_what_a_scheme_cannot_read_leaves_everybody_where_they_are(
    segmentation: Any, writing: Writing, now: datetime
) -> None:
    from guanxi.sdk import custom_fields  # noqa: PLC0415

    with writing() as session:
        titles = {"title_en": "p", "title_zh": "p"}
        custom_fields.create_field(session, "promise", "number", titles)
    segmentation.host.refresh_from(segmentation.database)
    with writing() as session:
        ensure_ready_made(session, now=now)
        options = {**BY_VALUE, "potential": "custom.promise"}
        change_scheme(session, "tiers", {"options": options}, now=now)
        (one,) = add_people(session, 1, at=now)
        add_touchpoints(session, [buy(one, now, 1, 5000)])
        run(session, None, now)
        before = tier(session, one, now)
        from guanxi.customers.domain.custom_fields import change_field  # noqa: PLC0415

        change_field(session, "promise", {"archived": True})
    segmentation.host.refresh_from(segmentation.database)
    with writing() as session:
        add_touchpoints(session, [buy(one, now, 0.5, -4900)])
        value.refresh(session, None, as_of=now)
        moved = sort_computed(session, None, as_of=now, cause="changed")
        problem = get_scheme(session, "tiers").problem
        after = tier(session, one, now)

    assert (before, after, moved) == ("important", "important", False)
    assert problem["params"] == {"value": "custom.promise"}


def test_erased_and_merged_customers_are_not_sorted(by_value: Writing, now: datetime) -> None:
    with by_value() as session:
        people = add_people(session, 3, at=now)
        session.get(Customer, people[0]).erased_at = now
        session.get(Customer, people[1]).merged_into = people[2]
        session.flush()
        run(session, None, now)
        run(session, people, now)

        assert set(history.classes_at(session, "tiers", now)) == {people[2]}
