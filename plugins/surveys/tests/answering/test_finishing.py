"""An answer is taken once, along its path, with what it measures, and with what follows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from plugins.surveys.tests.answering.making import TWO_PAGES, Writing, count, way
from sqlalchemy import text

from guanxi.platform import Platform
from guanxi_surveys.answering.beginning import begin
from guanxi_surveys.answering.definitions import by_key
from guanxi_surveys.answering.finishing import finish, submit
from guanxi_surveys.answering.outcomes import InvalidAnswers, OtherSubmission, TooLate
from guanxi_surveys.answering.saving import save_page
from guanxi_surveys.answering.sizes import TooMuch
from guanxi_surveys.life.changing import change_survey
from guanxi_surveys.life.opening import SurveyClosed
from guanxi_surveys.life.publishing import publish
from guanxi_surveys.models import Answer

Ask = Callable[..., Any]


def test_a_whole_answer_is_kept_with_what_it_measures(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()

    with writing() as session:
        done = submit(session, asked, {"score": 9, "words": "fine"}, now=now,
                      **way(customer_id=customer))  # fmt: skip
        found = session.get(Answer, done.answer_id)

    assert found is not None
    assert (found.state, found.values, found.nps) == ("finished", {"score": 9, "words": "fine"}, 9)
    assert (found.customer_id, found.finished_at) == (customer, now)
    assert found.seen == ["score", "words"]


def test_a_repeat_returns_the_first_outcome_and_changes_nothing(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked, once = ask(), way()
    with writing() as session:
        first = submit(session, asked, {"score": 9}, now=now, **once)

    with writing() as session:
        again = submit(session, asked, {"score": 2}, now=now, **once)
        kept = session.execute(text('SELECT nps, "values" FROM surveys_answers')).all()

    assert again == replace(first, repeated=True)
    assert [tuple(row) for row in kept] == [(9, {"score": 9})]


def test_a_repeat_is_answered_though_the_survey_has_closed_meanwhile(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked, once = ask(closes_at=now + timedelta(hours=1)), way()
    with writing() as session:
        first = submit(session, asked, {"score": 9}, now=now, **once)

    with writing() as session:
        again = submit(session, asked, {"score": 9}, now=now + timedelta(hours=2), **once)

    assert again.answer_id == first.answer_id
    assert again.repeated


def test_answers_off_the_path_are_dropped(ask: Ask, writing: Writing, now: datetime) -> None:
    asked = ask(TWO_PAGES)
    values = {"score": 9, "why": "hidden", "praise": "good", "again": "yes", "made_up": 1}

    with writing() as session:
        done = submit(session, asked, values, now=now, **way())
        found = session.get(Answer, done.answer_id)

    assert found is not None
    assert found.values == {"score": 9, "praise": "good", "again": "yes"}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"score", "again"}),
        ({"score": 9}, {"again"}),
        ({"score": 11, "again": "yes"}, {"score"}),
        ({"score": 9, "again": "maybe"}, {"again"}),
        ({"score": [9], "again": "yes"}, {"score"}),
        ({"score": 9, "again": {"$ne": 1}}, {"again"}),
    ],
)
def test_what_is_missing_or_was_not_offered_is_refused(
    ask: Ask, writing: Writing, now: datetime, values: Mapping[str, Any], wrong: set[str]
) -> None:
    asked = ask(TWO_PAGES)

    with pytest.raises(InvalidAnswers) as refused, writing() as session:
        submit(session, asked, values, now=now, **way())

    assert set(refused.value.fields) == wrong
    with writing() as session:
        assert count(session, "surveys_answers") == 0


@pytest.mark.parametrize(
    "value", ["x" * 1_000_000, ["x"] * 100_000, {"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}]
)
def test_what_is_too_much_is_refused(ask: Ask, writing: Writing, now: datetime, value: Any) -> None:
    asked = ask()

    with pytest.raises((TooMuch, Exception)) as refused, writing() as session:
        submit(session, asked, {"score": 9, "words": value}, now=now, **way())

    assert getattr(refused.value, "status", 500) == 422


@pytest.mark.parametrize("value", ["a\0b", "\ud800", float("nan"), float("inf"), 10**400])
def test_what_cannot_be_stored_is_refused(
    ask: Ask, writing: Writing, now: datetime, value: Any
) -> None:
    asked = ask()

    with pytest.raises(Exception) as refused, writing() as session:
        submit(session, asked, {"score": 9, "words": value}, now=now, **way())

    assert getattr(refused.value, "status", 500) == 422


def test_a_closed_survey_takes_nothing(ask: Ask, writing: Writing, now: datetime) -> None:
    asked = ask(closes_at=now)

    with pytest.raises(SurveyClosed), writing() as session:
        submit(session, asked, {"score": 9}, now=now, **way())
    with writing() as session:
        assert count(session, "surveys_answers") == 0


def test_a_full_survey_takes_nothing_more(ask: Ask, writing: Writing, now: datetime) -> None:
    asked = ask(answer_limit=1)
    with writing() as session:
        begun = begin(session, asked, now=now, **way())
        submit(session, asked, {"score": 9}, now=now, **way())

    with writing() as session:
        begun = session.merge(begun)
        with pytest.raises(SurveyClosed):
            finish(session, begun, values={"score": 1}, now=now)


def test_an_answer_that_was_begun_goes_on_page_by_page(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked, once = ask(TWO_PAGES), way()
    with writing() as session:
        answer = begin(session, asked, now=now, **once)
        save_page(session, answer, values={"score": 3}, page=0, now=now)

    with writing() as session:
        answer = begin(session, asked, now=now, **once)
        done = finish(session, answer, values={"why": "slow", "again": "no"}, now=now)
        found = session.get(Answer, done.answer_id)

    assert found is not None
    assert found.values == {"score": 3, "why": "slow", "again": "no"}
    assert found.nps == 3
    assert found.seen == ["score", "why", "again"]


def test_a_page_with_something_missing_is_not_kept(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked = ask(TWO_PAGES)

    with writing() as session:
        answer = begin(session, asked, now=now, **way())
        with pytest.raises(InvalidAnswers) as refused:
            save_page(session, answer, values={}, page=0, now=now)

    assert set(refused.value.fields) == {"score"}
    assert answer.values == {}


def test_a_submission_cannot_be_used_for_another_customer_or_survey(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    one, other, once = ask(), ask(key="other", public_key="other"), way()
    with writing() as session:
        begin(session, one, now=now, **once)

    with pytest.raises(OtherSubmission), writing() as session:
        submit(session, one, {"score": 9}, now=now, **{**once, "customer_id": customer})
    with pytest.raises(OtherSubmission), writing() as session:
        submit(session, other, {"score": 9}, now=now, **once)


def test_a_named_answer_makes_a_touchpoint_and_an_event(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()

    with writing() as session:
        done = submit(session, asked, {"score": 3}, now=now,
                      **way(channel="staff", method="phone", customer_id=customer))  # fmt: skip
    with writing() as session:
        touched = session.execute(
            text("SELECT customer_id, channel, kind, note, external_id FROM touchpoints")
        ).all()
        told = session.execute(
            text("SELECT payload FROM events WHERE kind = 'surveys.SurveyAnswered'")
        ).scalars().all()  # fmt: skip

    assert [tuple(row) for row in touched] == [
        (customer, "phone", "survey", "NPS 3", str(done.answer_id))
    ]
    assert [(one["survey"], one["nps"], one["answer_id"]) for one in told] == [
        ("visit", 3, str(done.answer_id))
    ]


def test_a_promised_reward_is_asked_for_once(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked, once = ask(options={"reward": {"kind": "points", "amount": 20}}), way()

    for _time in range(2):
        with writing() as session:
            submit(session, asked, {"score": 9}, now=now, **{**once, "customer_id": customer})
    with writing() as session:
        asked_for = session.execute(text("SELECT kind, amount, customer_id FROM rewards")).all()

    assert [(row[0], int(row[1]), row[2]) for row in asked_for] == [("points", 20, customer)]


def test_a_trial_counts_nowhere(ask: Ask, writing: Writing, customer: UUID, now: datetime) -> None:
    asked = ask(options={"reward": {"kind": "points", "amount": 20}}, closes_at=now)

    with writing() as session:
        submit(session, asked, {"score": 9}, now=now, **way(trial=True, customer_id=customer))
    with writing() as session:
        assert count(session, "touchpoints") == 0
        assert count(session, "rewards") == 0
        assert count(session, "events", "kind = 'surveys.SurveyAnswered'") == 0
        assert count(session, "surveys_surveys", "first_answer_at IS NOT NULL") == 0


def test_the_customer_is_kept_as_they_were_when_answering(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask(options={"attributes": ["customers.name", "customers.kind", "gone.attribute"]})

    with writing() as session:
        done = submit(session, asked, {"score": 9}, now=now, **way(customer_id=customer))
        found = session.get(Answer, done.answer_id)

    assert found is not None
    assert found.attributes["customers.kind"] == "person"
    assert set(found.attributes) == {"customers.name", "customers.kind"}


def test_a_finished_answer_cannot_be_changed(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()
    with writing() as session:
        submit(session, asked, {"score": 3}, now=now, **way(customer_id=customer))

    with pytest.raises(Exception, match="never changes"), writing() as session:
        session.execute(text("UPDATE surveys_answers SET nps = 10"))


def test_a_version_that_was_begun_is_the_one_that_is_finished(
    ask: Ask, surveys: Platform, writing: Writing, now: datetime
) -> None:
    asked, once = ask(), way()
    with writing() as session:
        begin(session, asked, now=now, **once)
        changed = change_survey(session, "visit", {"definition": dict(TWO_PAGES)}, now=now)
        publish(session, changed, now=now)
    with writing() as session:
        asked = by_key(session, "visit")
        answer = begin(session, asked, now=now, **once)
        done = finish(session, answer, values={"score": 9}, now=now)

    assert asked.current_number == 2
    assert done.state == "finished"


def test_an_ended_answer_is_not_finished(ask: Ask, writing: Writing, now: datetime) -> None:
    asked = ask()
    with writing() as session:
        answer = begin(session, asked, now=now, **way())
        answer.state = "expired"
        session.flush()

        with pytest.raises(TooLate):
            finish(session, answer, values={"score": 9}, now=now)


def test_about_is_a_touchpoint_of_that_customer(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()

    with pytest.raises(Exception, match="no such touchpoint"), writing() as session:
        submit(session, asked, {"score": 9}, now=now,
               **way(customer_id=customer, about_id=uuid4()))  # fmt: skip
