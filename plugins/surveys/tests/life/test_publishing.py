"""A published version never changes, names keep their meaning; open surveys take answers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, Refused, recorded
from guanxi_surveys.kits import KITS
from guanxi_surveys.life.changing import change_survey
from guanxi_surveys.life.comparing import changes_between
from guanxi_surveys.life.finding import find_survey, find_version, list_versions, version_now
from guanxi_surveys.life.linting import problems_of
from guanxi_surveys.life.making import SurveyDraft, make_from_kit, make_survey
from guanxi_surveys.life.opening import (
    SurveyClosed,
    archive_survey,
    check_open,
    close_survey,
    open_survey,
)
from guanxi_surveys.life.publishing import has_news, publish
from guanxi_surveys.models import Answer, Question, Survey

Writing = Callable[..., AbstractContextManager[Session]]


def asking(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a questionnaire with one page."""
    return {"title": "Spring", "pages": [{"name": "one", "elements": [*elements]}], **more}


def colours(*choices: Any, **more: Any) -> dict[str, Any]:
    """Return a question with choices."""
    return {"type": "radiogroup", "name": "colour", "title": "Colour", "choices": [*choices],
            **more}  # fmt: skip


RED = {"value": "r", "text": {"default": "Red", "zh-cn": "红"}}
BLUE = {"value": "b", "text": {"default": "Blue", "zh-cn": "蓝"}}


@pytest.fixture
def survey(writing: Writing, now: datetime) -> str:
    """The key of a survey with version 1, which asks for a colour."""
    with writing() as session:
        draft = SurveyDraft("spring", "Spring", asking(colours(RED, BLUE)))
        publish(session, make_survey(session, draft, now=now), now=now)
        return "spring"


def again(
    session: Session, key: str, definition: dict[str, Any], now: datetime, **more: Any
) -> int:
    """Change the questionnaire, publish it, and return the number of the version."""
    found = change_survey(session, key, {"definition": definition}, now=now)
    return publish(session, found, now=now, **more).number


def test_the_first_version_opens_the_survey(writing: Writing, survey: str, now: datetime) -> None:
    with writing() as session:
        found = find_survey(session, survey)
        version = version_now(session, found)

        assert (found.state, found.current_number) == ("open", 1)
        assert version.definition == found.definition
        assert version.languages == ["en", "zh-cn"]
        assert len(version.checksum) == 64
        assert (version.published_at, version.published_by) == (now, "test")


def test_a_draft_that_is_changed_leaves_the_version_that_is_asked(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        found = find_survey(session, survey)
        assert not has_news(session, found)

        change_survey(session, survey, {"definition": asking(colours(RED))}, now=now)

        assert has_news(session, found)
        assert version_now(session, found).definition == asking(colours(RED, BLUE))


def test_both_versions_stay_for_who_began_with_either(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        assert again(session, survey, asking(colours(RED)), now) == 2

        found = find_survey(session, survey)
        assert [one.number for one in list_versions(session, found)] == [2, 1]
        assert find_version(session, found, 1).definition == asking(colours(RED, BLUE))
        with pytest.raises(NotFound):
            find_version(session, found, 3)


def test_the_database_refuses_to_change_a_version(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        changed = text("UPDATE surveys_versions SET definition = '{}'")
        with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
            session.execute(changed)
        found = find_survey(session, survey)
        assert find_version(session, found, 1).definition == asking(colours(RED, BLUE))


def test_publishing_what_is_published_is_refused(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        with pytest.raises(Refused, match="Nothing has changed"):
            publish(session, find_survey(session, survey), now=now)
        assert find_survey(session, survey).current_number == 1


def test_publishing_is_in_the_audit(writing: Writing, survey: str) -> None:
    with writing() as session:
        actions = {one.action for one in recorded(session, "survey", survey)}

    assert actions == {"survey.made", "survey.published"}


def test_a_name_never_changes_its_type(writing: Writing, survey: str, now: datetime) -> None:
    with writing() as session, pytest.raises(Refused, match=r"colour.*radiogroup.*checkbox"):
        again(session, survey, asking({**colours(RED), "type": "checkbox"}), now)

    with writing() as session:
        assert find_survey(session, survey).current_number == 1


def test_a_name_keeps_its_type_though_a_version_had_it_not(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        again(session, survey, asking({"type": "text", "name": "other"}), now)
        with pytest.raises(Refused):
            again(session, survey, asking({"type": "comment", "name": "colour"}), now)


def test_a_value_never_stands_for_something_else(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session, pytest.raises(Refused, match=r"value r stood for “Red”"):
        again(session, survey, asking(colours({"value": "r", "text": "Rose"}, BLUE)), now)


def test_a_correction_of_a_text_is_published_as_one(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        rose = {"value": "r", "text": {"default": "Rose", "zh-cn": "红"}}
        number = again(session, survey, asking(colours(rose, BLUE)), now, corrections=True)

        kept = session.scalars(select(Question).where(Question.name == "colour")).one()
        assert number == 2
        assert kept.choices["r"]["default"] == "Rose"


def test_choices_that_were_swapped_are_no_correction(
    writing: Writing, survey: str, now: datetime
) -> None:
    swapped = asking(colours({**RED, "value": "b"}, {**BLUE, "value": "r"}))

    with writing() as session, pytest.raises(Refused):
        again(session, survey, swapped, now, corrections=True)


def test_another_language_order_case_and_new_choices_are_welcome(
    writing: Writing, survey: str, now: datetime
) -> None:
    red = {"value": "r", "text": {"default": "RED.", "zh-cn": "红", "de": "Rot"}}
    green = {"value": "g", "text": "Green"}

    with writing() as session:
        assert again(session, survey, asking(colours(green, BLUE, red)), now) == 2


def test_a_value_that_was_left_out_still_means_what_it_meant(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        again(session, survey, asking(colours(BLUE)), now)
        with pytest.raises(Refused, match="stood for"):
            again(session, survey, asking(colours(BLUE, {"value": "r", "text": "Rust"})), now)


def test_a_rating_keeps_its_scale(writing: Writing, now: datetime) -> None:
    five = {"type": "rating", "name": "score", "rateMax": 5}

    with writing() as session:
        made = make_survey(session, SurveyDraft("ratings", "Ratings", asking(five)), now=now)
        publish(session, made, now=now)
        with pytest.raises(Refused, match="1 - 5"):
            again(session, "ratings", asking({**five, "rateMax": 10}), now)


def test_rows_of_a_matrix_keep_their_meaning_too(writing: Writing, now: datetime) -> None:
    def matrix(text: str) -> dict[str, Any]:
        rows = [{"value": "price", "text": text}]
        return asking({"type": "matrix", "name": "m", "columns": [1, 2], "rows": rows})

    with writing() as session:
        made = make_survey(session, SurveyDraft("matrix", "Matrix", matrix("Price")), now=now)
        publish(session, made, now=now)
        with pytest.raises(Refused, match="row:price"):
            again(session, "matrix", matrix("Quality"), now)


def test_what_changed_between_two_versions_is_told_by_question() -> None:
    old = asking(colours(RED), {"type": "text", "name": "gone"}, {"type": "text", "name": "stays"})
    new = asking(
        colours(RED, BLUE, isRequired=True),
        {"type": "text", "name": "stays"},
        {"type": "text", "name": "new"},
        title="Summer",
    )

    found = [(one.kind, one.name, one.parts) for one in changes_between(old, new)]

    assert found == [
        ("changed", "(questionnaire)", ("title",)),
        ("changed", "colour", ("choices", "isRequired")),
        ("added", "new", ()),
        ("removed", "gone", ()),
    ]


def test_nothing_changed_between_a_questionnaire_and_itself() -> None:
    assert changes_between(asking(colours(RED)), asking(colours(RED))) == []


@pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.key)
def test_each_kit_is_sound_in_both_languages_and_can_be_published(
    writing: Writing, now: datetime, kit: Any
) -> None:
    with writing() as session:
        made = make_from_kit(session, kit.key, now=now)
        version = publish(session, made, now=now)

        assert problems_of(made.definition, made.measures) == []
        assert version.languages == ["en", "zh-cn"]
        assert set(kit.measures) <= set(
            session.scalars(select(Question.name).where(Question.survey_id == made.id))
        )


def finished(survey: Survey, version_id: Any, now: datetime, **more: Any) -> Answer:
    """Return an answer that is finished."""
    values = {"state": "finished", "finished_at": now, "language": "en", "channel": "public"}
    return Answer(id=uuid4(), survey_id=survey.id, version_id=version_id, begun_at=now,
                  **{**values, **more})  # fmt: skip


def test_a_survey_takes_answers_only_while_it_is_open(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        found = find_survey(session, survey)
        check_open(session, found, now=now)

        close_survey(session, survey, now=now)
        with pytest.raises(SurveyClosed):
            check_open(session, found, now=now)
        open_survey(session, survey, now=now)
        check_open(session, found, now=now)
        archive_survey(session, survey, now=now)
        with pytest.raises(SurveyClosed):
            check_open(session, found, now=now)


def test_a_draft_takes_no_answers_and_cannot_be_opened(writing: Writing, now: datetime) -> None:
    with writing() as session:
        made = make_survey(session, SurveyDraft("draft", "Draft"), now=now)
        with pytest.raises(SurveyClosed, match="not open yet"):
            check_open(session, made, now=now)
        with pytest.raises(Refused, match="Publish"):
            open_survey(session, "draft", now=now)
        with pytest.raises(Refused, match="never open"):
            close_survey(session, "draft", now=now)


def test_no_answer_is_taken_from_the_closing_instant_on(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        end = now + timedelta(days=1)
        found = change_survey(session, survey, {"closes_at": end}, now=now)

        check_open(session, found, now=end - timedelta(microseconds=1))
        with pytest.raises(SurveyClosed, match="is over"):
            check_open(session, found, now=end)


def test_enough_answers_are_enough_and_trials_do_not_count(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        found = change_survey(session, survey, {"answer_limit": 2}, now=now)
        version = version_now(session, found)
        session.add_all(
            [
                finished(found, version.id, now),
                finished(found, version.id, now, trial=True),
                finished(found, version.id, now, state="begun", finished_at=None),
            ]
        )
        session.flush()
        check_open(session, found, now=now, finishing=True)

        session.add(finished(found, version.id, now))
        session.flush()
        for finishing in (False, True):
            with pytest.raises(SurveyClosed, match="Enough"):
                check_open(session, found, now=now, finishing=finishing)


def test_publishing_a_closed_survey_leaves_it_closed(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        close_survey(session, survey, now=now)
        again(session, survey, asking(colours(RED)), now)

        found = find_survey(session, survey)
        assert (found.state, found.current_number) == ("closed", 2)


def test_what_is_in_the_archive_is_not_published(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        change_survey(session, survey, {"definition": asking(colours(RED))}, now=now)
        archive_survey(session, survey, now=now)
        with pytest.raises(Refused):
            publish(session, find_survey(session, survey), now=now)


def test_errors_of_the_linter_keep_a_draft_from_being_published(
    writing: Writing, survey: str, now: datetime
) -> None:
    twice = asking({"type": "text", "name": "same"}, {"type": "text", "name": "same"})

    with writing() as session, pytest.raises(Invalid) as refused:
        again(session, survey, twice, now)

    assert "definition" in refused.value.fields
