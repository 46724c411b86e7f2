"""What has no source is unknown, and never nought; the two values have two names."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy, touch
from sqlalchemy import insert, select, update

from guanxi.platform import Platform
from guanxi.sdk import Customer, Invalid, attributes_of, custom_fields, new_id, rewards
from guanxi_segmentation import value
from guanxi_segmentation.models import CustomerValue
from guanxi_segmentation.value.overview import overview

Writing = Callable[..., Any]
Configure = Callable[..., None]


def a_field(segmentation: Platform, writing: Writing, key: str, type_: str) -> None:
    """Add a custom field: an attribute that somebody else offers."""
    with writing() as session:
        titles = {"title_en": key, "title_zh": key}
        custom_fields.create_field(session, key, type_, titles)
    segmentation.host.refresh_from(segmentation.database)


def test_without_an_attribute_future_and_total_are_unknown_and_the_observed_is_known(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        add_touchpoints(session, [buy(one, now, 3, "12.5")])
        value.refresh(session, None, as_of=now)
        total = value.itemised(session, one, as_of=now).total
        all_ = overview(session)

    assert [(part.key, part.amount) for part in total.parts] == [
        ("observed", Decimal("12.5")), ("expected", None),
    ]  # fmt: skip
    assert total.amount is None
    assert total.note is not None
    assert total.parts[1].note is not None
    assert (all_.observed, all_.expected, all_.total) == (Decimal("12.5"), None, None)


def test_the_expected_value_comes_from_the_chosen_attribute(
    segmentation: Platform, writing: Writing, configure: Configure, now: datetime
) -> None:
    a_field(segmentation, writing, "clv", "money")
    configure(expected_from="custom.clv")
    with writing() as session:
        known, unknown = add_people(session, 2, at=now)
        add_touchpoints(session, [buy(one, now, 3, 10) for one in (known, unknown)])
        session.execute(update(Customer).where(Customer.id == known).values(custom={"clv": 90.25}))
        value.refresh(session, None, as_of=now)
        totals = [value.itemised(session, one, as_of=now).total for one in (known, unknown)]
        sums, all_ = value.sums(session), overview(session)

    assert [total.amount for total in totals] == [Decimal("100.25"), None]
    assert [total.parts[1].note is None for total in totals] == [True, False]
    assert (sums.observed, sums.expected, sums.expected_of) == (Decimal(20), Decimal("90.25"), 1)
    assert (all_.total, all_.expected_of) == (Decimal("100.25"), 1)


def test_as_an_attribute_the_total_is_unknown_where_the_future_is(
    segmentation: Platform, writing: Writing, configure: Configure, now: datetime
) -> None:
    a_field(segmentation, writing, "clv", "money")
    configure(expected_from="custom.clv")
    with writing() as session:
        known, unknown, new = add_people(session, 3, at=now)
        add_touchpoints(session, [buy(one, now, 3, 10) for one in (known, unknown)])
        session.execute(update(Customer).where(Customer.id == known).values(custom={"clv": 90.25}))
        value.refresh(session, [known, unknown], as_of=now)
        total = attributes_of(session)["segmentation.total_value"]
        query = select(Customer.id, total.sql()).outerjoin(total.join, total.on)
        found = {row[0]: row[1] for row in session.execute(query)}

    assert total.nullable
    assert found == {known: Decimal("100.25"), unknown: None, new: None}


def test_a_feeling_is_scaled_between_its_ends_and_unknown_without_a_source(
    segmentation: Platform, writing: Writing, configure: Configure, now: datetime
) -> None:
    a_field(segmentation, writing, "mood", "number")
    a_field(segmentation, writing, "stars", "number")
    a_field(segmentation, writing, "word", "text")
    lines = ["custom.mood -1 1", "custom.stars 1 5", "custom.word 0 1", "surveys.nps_score 0 10"]
    configure(emotional_sources=lines, weight_product=3, weight_emotional=1)
    said = [{}, {"mood": 0.5}, {"mood": -1, "stars": 5}, {"mood": 7}]
    with writing() as session:
        people = add_people(session, 4, at=now)
        for one, custom in zip(people, said, strict=True):
            session.execute(update(Customer).where(Customer.id == one).values(custom=custom))
        add_touchpoints(session, [buy(people[1], now, 1, 10)])
        value.refresh(session, None, as_of=now)
        rows = {v.customer_id: v for v in session.scalars(select(CustomerValue))}
        found = [(rows[one].product, rows[one].emotional, rows[one].index) for one in people]
        why = value.itemised(session, people[2], as_of=now).scores[2].why

    assert found == [
        (None, None, None),
        (Decimal(60), Decimal(75), Decimal("63.75")),
        (None, Decimal(50), Decimal(50)),
        (None, Decimal(100), Decimal(100)),
    ]
    assert [(e.title.en, e.value) for e in why] == [("mood", -1), ("stars", 5)]


def a_reward(customer_id: UUID, now: datetime, unit: str, amount: str | None) -> dict[str, Any]:
    """The row of a reward that was granted."""
    return {
        "id": new_id(), "customer_id": customer_id, "kind": "points", "unit": unit,
        "amount": amount, "reason": "x", "source": "test", "idempotency_key": str(new_id()),
        "state": "granted", "requested_at": now, "granted_at": now - timedelta(days=1),
        "changed_at": now,
    }  # fmt: skip


def test_a_reward_without_a_known_cost_is_not_counted_and_that_is_said(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        known, unknown, both, none = add_people(session, 4, at=now)
        given = [
            a_reward(known, now, "GBP", "5"), a_reward(unknown, now, "points", "100"),
            a_reward(both, now, "GBP", "5"), a_reward(both, now, "GBP", None),
        ]  # fmt: skip
        session.execute(insert(rewards.Reward), given)
        value.refresh(session, None, as_of=now)
        people = (known, unknown, both, none)
        parts = [value.itemised(session, one, as_of=now).net.parts[2] for one in people]
        got = [value.exchange(session, one, as_of=now).got[0] for one in people]

    assert [part.amount for part in parts] == [-5, 0, -5, 0]
    assert [part.note is None for part in parts] == [True, False, False, True]
    assert [(one.count, one.amount) for one in got] == [(1, 5), (1, None), (2, 5), (0, 0)]


def test_without_weights_there_is_no_index(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    configure(weight_product=0, weight_service=0, weight_emotional=0)
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        add_touchpoints(session, [buy(one, now, 1, 10)])
        value.refresh(session, [one], as_of=now)

        assert session.get(CustomerValue, one).index is None


def test_who_has_done_nothing_is_worth_nought_and_everything_else_is_unknown(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        value.refresh(session, [one], as_of=now)
        item = value.itemised(session, one, as_of=now)

    assert (item.total.parts[0].amount, item.net.amount, item.index) == (0, 0, None)
    assert item.total.amount is None
    assert [score.value for score in item.scores] == [None, None, None]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("cost_to_serve", ["phone call"]),
        ("cost_to_serve", ["phone call -1"]),
        ("cost_to_serve", ["phone call NaN"]),
        ("cost_to_serve", ["phone; DROP TABLE customers 1"]),
        ("cost_to_serve", ["phone call 1e30"]),
        ("cost_to_serve", ["* * 0.00001"]),
        ("reward_costs", ["points"]),
        ("emotional_sources", ["surveys.nps 5 5"]),
        ("emotional_sources", ["segmentation.total_value 0 1"]),
        ("key_account_by", "class:tiers"),
        ("expected_from", "segmentation.total_value"),
        ("rfm_fixed_days", ["1", "2", "2", "3"]),
        ("rfm_fixed_days", ["1", "2", "3"]),
    ],
)
def test_settings_that_say_nothing_sensible_are_refused(
    configure: Configure, name: str, lines: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        configure(**{name: lines})

    assert list(refused.value.fields) == [name]


def test_an_exchange_shows_both_sides_for_everybody(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    configure(margin_percent="50")
    with writing() as session:
        active, quiet = add_people(session, 2, at=now)
        add_touchpoints(
            session,
            [
                buy(active, now, 3, 10),
                touch(active, now.replace(day=1), kind="complaint", outcome="resolved"),
                touch(active, now.replace(day=1), kind="care"),
            ],
        )
        both = [value.exchange(session, one, as_of=now) for one in (active, quiet)]

    shown = [
        {given.key: (given.count, given.amount) for given in (*one.got, *one.gave)} for one in both
    ]
    assert shown == [
        {
            "rewards": (0, 0), "solved": (1, None), "care": (1, None),
            "orders": (1, 10), "margin": (1, 5), "answers": (0, None),
        },
        {
            "rewards": (0, 0), "solved": (0, None), "care": (0, None),
            "orders": (0, 0), "margin": (0, 0), "answers": (0, None),
        },
    ]  # fmt: skip
