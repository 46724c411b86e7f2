"""What the demo has of surveys: one that can be answered at once, with answers that are made up."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from plugins.surveys.tests.answering.making import make_customer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Touchpoint, touchpoints
from guanxi_surveys import demo
from guanxi_surveys.life.finding import answers_of, find_survey
from guanxi_surveys.life.opening import check_open
from guanxi_surveys.models import Answer

Writing = Callable[..., AbstractContextManager[Session]]
FIRST = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


@pytest.fixture
def trade(writing: Writing) -> None:
    """Forty purchases of ten customers in a year long ago."""
    customers = [make_customer(writing, f"Customer {number}") for number in range(10)]
    with writing() as session:
        for number in range(40):
            at = FIRST + timedelta(days=9 * number)
            draft = touchpoints.Draft(
                channel="store", kind="purchase", occurred_at=at, direction="in",
                customer_id=customers[number % 10], amount=Decimal(10), currency="GBP",
                source="till", external_id=str(number),
            )  # fmt: skip
            touchpoints.record(session, draft, now=at)


def test_made_up_answers_stand_in_the_year_of_the_trade_and_say_what_they_are(
    writing: Writing,
    now: datetime,
    trade: None,
) -> None:
    with writing() as session:
        demo.fill(session, now)

    with writing() as session:
        survey = find_survey(session, demo.KEY)
        begun, finished = answers_of(session, [survey])[survey.id]
        assert begun == 40
        assert 25 < finished < 40
        check_open(session, survey, now=now)
        assert survey.public_key
        assert "made up" in survey.title["en"]
        assert "虚构" in survey.title["zh-cn"]
        least, most = session.execute(
            select(func.min(Answer.finished_at), func.max(Answer.finished_at))
        ).one()
        assert FIRST < least < most < datetime(2011, 12, 31, tzinfo=UTC)
        asked = set(session.scalars(select(Answer.about_id)))
        purchases = select(Touchpoint.id).where(Touchpoint.kind == "purchase")
        assert asked == set(session.scalars(purchases))


def test_filling_the_demo_again_adds_nothing(
    writing: Writing,
    now: datetime,
    trade: None,
) -> None:
    for _ in range(2):
        with writing() as session:
            demo.fill(session, now)

    with writing() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 40


def test_without_trade_there_is_a_survey_without_answers(writing: Writing, now: datetime) -> None:
    with writing() as session:
        demo.fill(session, now)

        survey = find_survey(session, demo.KEY)
        assert survey.state == "open"
        assert answers_of(session, [survey])[survey.id] == (0, 0)


def test_who_is_happy_gives_good_scores_and_who_is_not_says_what_went_wrong() -> None:
    draw = random.Random(1)
    drawn = [demo.drawn(draw, "en") for _ in range(400)]

    assert {one["csat"] for one in drawn} == {1, 2, 3, 4, 5}
    assert all(abs(one["nps"] - 2 * one["csat"]) <= 1 for one in drawn)
    assert all("problem" in one for one in drawn if one["csat"] <= 2)
    assert not any("problem" in one for one in drawn if one["csat"] > 2)
