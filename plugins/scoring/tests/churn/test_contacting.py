"""Whom to contact: the decision as one makes it by hand, costs kept by version, classes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.churn.trade import add_people
from plugins.scoring.tests.made import make_model, make_score, make_version
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Invalid, PreconditionFailed
from guanxi_scoring.churn import contacting
from guanxi_scoring.churn.policy import change, draft, policy_of
from guanxi_scoring.churn.standing import class_of, risks
from guanxi_scoring.churn.threshold import Costs, expected_gain, threshold
from guanxi_scoring.models import LapseThreshold, SilenceScore

Writing = Callable[..., AbstractContextManager[Session]]
COSTS = {"contact_cost": Decimal(10), "wasted_cost": Decimal(2), "save_rate": Decimal("0.2")}


def silent(session: Session, customer_id: UUID, now: datetime, p: float) -> None:
    model = session.get(SilenceScore, customer_id)
    assert model is None
    found = session.scalars(select(SilenceScore)).first()
    if found is None:
        silence = make_model(session, now, "silence", kind="silence")
        make_version(session, silence, now)
        model_id = silence.id
    else:
        model_id = found.model_id
    session.add(
        SilenceScore(
            customer_id=customer_id,
            model_id=model_id,
            model_version=1,
            as_of=now,
            p=p,
            days=60,
            silent=3,
            active=4,
            tenure=20,
            lately=1.0,
            bought=False,
            last_on=now.date(),
        )
    )
    session.flush()


@pytest.fixture
def three(writing: Writing, now: datetime) -> dict[str, UUID]:
    """Ann has bought, 300 at stake, half gone; Bo is worth little; Cy has only ever called."""
    with writing() as session:
        ann, bo, cy, di = add_people(session, 4, at=now)
        make_score(session, ann, now, p_alive=0.5, clv_12m=Decimal(300))
        make_score(session, bo, now, p_alive=0.25, clv_12m=Decimal(20))
        silent(session, cy, now, 0.75)
        change(session, COSTS, now=now)
        return {"ann": ann, "bo": bo, "cy": cy, "di": di}


def test_the_gain_is_what_one_works_out_by_hand(three: dict[str, UUID], writing: Writing) -> None:
    """0.5 x 0.2 x 300 - 10 - 0.5 x 2 = 19; for Bo it is 0.75 x 0.2 x 20 - 10 - 0.5 < 0."""
    with writing() as session:
        (found,) = contacting.to_contact(session, policy_of(session))

    assert found.customer_id == three["ann"]
    assert (found.p, found.value, found.gain) == (Decimal("0.5"), 300, 19)
    assert found.threshold is not None
    by_hand = threshold(Costs(*COSTS.values()), Decimal(300))
    assert by_hand is not None
    assert round(found.threshold, 15) == round(by_hand, 15)
    assert found.gain == expected_gain(Costs(*COSTS.values()), Decimal("0.5"), Decimal(300))


def test_who_has_no_expected_value_counts_with_the_amount_that_was_said(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    with writing() as session:
        assert contacting.outlook(session, policy_of(session)).unknown == 2
        policy = change(session, {"fixed_value": Decimal(200)}, now=now)
        found = contacting.to_contact(session, policy)
        outlook = contacting.outlook(session, policy)

    assert [(one.customer_id, one.source, one.gain) for one in found] == [
        (three["cy"], "silence", Decimal("19.5")),
        (three["ann"], "lifetime", Decimal(19)),
    ]
    assert (outlook.contacted, outlook.cost, outlook.gain) == (2, 20, Decimal("38.5"))
    assert (outlook.known, outlook.unknown) == (3, 1)
    assert outlook.mean_value == Decimal("173.3333")
    assert outlook.lost == 150 + 15 + 150


def test_who_stays_for_sure_is_worth_more_than_who_may_be_gone(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    """300 with half a chance is 600 for who stays: 0.5 x 0.2 x 600 - 10 - 0.5 x 2 = 49."""
    with writing() as session:
        policy = change(session, {"value_from": "kept"}, now=now)
        make_score(session, three["bo"], now, p_alive=0.0001, clv_12m=Decimal(20))
        found = contacting.to_contact(session, policy)

    assert [(one.customer_id, one.value, one.gain) for one in found] == [(three["ann"], 600, 49)]


def test_a_page_begins_behind_the_last_one(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    with writing() as session:
        policy = change(session, {"value_from": "fixed", "fixed_value": Decimal(500)}, now=now)
        everybody = contacting.to_contact(session, policy)
        pages = []
        after = None
        while rows := contacting.to_contact(session, policy, limit=1, after=after):
            pages += rows
            after = (rows[0].gain, rows[0].customer_id)

    assert len(everybody) == 3
    assert pages == everybody
    assert three["di"] not in {one.customer_id for one in everybody}


def test_values_in_another_currency_are_unknown(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    with writing() as session:
        make_score(session, three["ann"], now, p_alive=0.5, currency="EUR")

        assert contacting.to_contact(session, policy_of(session)) == []


def test_closed_customers_are_not_contacted(three: dict[str, UUID], writing: Writing) -> None:
    with writing() as session:
        session.execute(update(Customer).where(Customer.id == three["ann"]).values(status="closed"))

        assert contacting.to_contact(session, policy_of(session)) == []


def test_the_lifetime_model_goes_before_the_model_of_silence(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    with writing() as session:
        silent(session, three["ann"], now, 0.875)
        found = risks()
        rows = {row[0]: row[1:] for row in session.execute(select(found))}

    assert rows[three["ann"]] == (0.5, "lifetime")
    assert rows[three["cy"]] == (0.75, "silence")
    assert rows[three["di"]] == (None, None)


def test_the_model_of_silence_goes_first_where_the_policy_says_so(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    with writing() as session:
        silent(session, three["ann"], now, 0.875)
        policy = change(session, {"risk_from": "silence"}, now=now)
        (found,) = contacting.to_contact(session, policy)
        query = risks()
        rows = {row[0]: row[1:] for row in session.execute(select(query))}

    assert (found.p, found.source, found.gain) == (Decimal("0.875"), "silence", Decimal("42.25"))
    assert rows[three["ann"]] == (0.875, "silence")
    assert rows[three["bo"]] == (0.75, "lifetime")


def test_classes_follow_the_threshold_of_a_customer_of_mean_value(
    three: dict[str, UUID], writing: Writing, now: datetime
) -> None:
    """At 160 on average contacting pays from 12 / (2 + 32) = 35.3 % on; medium from half of it."""
    with writing() as session:
        make_score(session, three["bo"], now, p_alive=0.8, clv_12m=Decimal(20))
        make_score(session, three["di"], now, p_alive=0.9, clv_12m=Decimal(160))
        contacting.refresh_threshold(session, policy_of(session), now=now)
        found = risks()
        query = select(found.c.customer_id, class_of(found.c.p))
        rows = {row[0]: row[1] for row in session.execute(query)}
        stored = session.get_one(LapseThreshold, 1)

        assert (stored.mean_value, stored.customers) == (160, 3)
        assert stored.high == pytest.approx(12 / 34)

    assert rows == {
        three["ann"]: "high",
        three["cy"]: "high",
        three["bo"]: "medium",
        three["di"]: "low",
    }


def test_without_a_threshold_nobody_has_a_class(three: dict[str, UUID], writing: Writing) -> None:
    with writing() as session:
        found = risks()
        classes = set(session.scalars(select(class_of(found.c.p))))

    assert classes == {None}
    assert len(three) == 4


def test_until_somebody_says_the_costs_they_are_assumed(writing: Writing) -> None:
    with writing() as session:
        found = policy_of(session)

    assert (found.version, found.contact_cost, found.currency) == (0, 10, "GBP")


def test_who_comes_after_somebody_else_is_told(writing: Writing, now: datetime) -> None:
    with writing() as session:
        first = change(session, COSTS, now=now, expected_version=0)
        assert first.version == 1
        with pytest.raises(PreconditionFailed):
            change(session, {"contact_cost": Decimal(1)}, now=now, expected_version=0)
        assert change(session, {"contact_cost": Decimal(1)}, now=now).version == 2
        assert policy_of(session).wasted_cost == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact_cost", Decimal(-1)),
        ("contact_cost", Decimal("NaN")),
        ("contact_cost", None),
        ("contact_cost", Decimal("1e30")),
        ("wasted_cost", Decimal("0.00001")),
        ("save_rate", Decimal(0)),
        ("save_rate", Decimal("1.01")),
        ("medium_share", Decimal("-0.5")),
        ("value_from", "guess"),
        ("value_from", "fixed"),
    ],
)
def test_costs_that_make_no_sense_are_refused_at_their_field(
    name: str, value: Any, writing: Writing
) -> None:
    with writing() as session, pytest.raises(Invalid) as caught:
        draft(session, {name: value})

    assert list(caught.value.fields) == ["fixed_value" if value == "fixed" else name]
