"""Surveys are made empty, from a kit, from a file, or as a copy of another."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, recorded
from guanxi_surveys.kits import find_kit
from guanxi_surveys.life.drafts import checked_definition, checked_measures, read_definition
from guanxi_surveys.life.finding import find_survey, list_surveys
from guanxi_surveys.life.making import SurveyDraft, copy_survey, make_from_kit, make_survey
from guanxi_surveys.life.writing import written

Writing = Callable[..., AbstractContextManager[Session]]


def test_an_empty_survey_is_a_named_draft_with_usual_options(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        made = make_survey(session, SurveyDraft("spring", "Spring"), now=now)

        assert (made.state, made.identity, made.version) == ("draft", "named", 1)
        assert made.title == {"en": "Spring"}
        assert made.definition["pages"] == [{"name": "page1", "elements": []}]
        assert made.options["resume_days"] == 30
        assert made.changed_by == "test"


def test_a_survey_from_a_kit_has_its_questions_measures_and_options(
    writing: Writing, now: datetime
) -> None:
    kit = find_kit("employee_nps")

    with writing() as session:
        made = make_from_kit(session, "employee_nps", now=now)

        assert (made.key, made.kit, made.identity) == ("employee_nps", "employee_nps", "anonymous")
        assert made.definition == kit.definition
        assert made.measures == kit.measures
        assert made.options["follow_up"] is False


def test_a_second_survey_from_a_kit_gets_a_key_of_its_own(writing: Writing, now: datetime) -> None:
    with writing() as session:
        keys = [make_from_kit(session, "nps", now=now).key for _ in range(3)]

    assert keys == ["nps", "nps_2", "nps_3"]


def test_a_copy_has_the_draft_but_is_not_published(writing: Writing, now: datetime) -> None:
    with writing() as session:
        source = make_from_kit(session, "csat", now=now)
        copy = copy_survey(session, "csat", title="Again", now=now)

        assert copy.key == "csat_2"
        assert copy.title == {"en": "Again"}
        assert copy.definition == source.definition
        assert (copy.state, copy.current_number, copy.public_key) == ("draft", None, None)


def test_a_key_that_is_taken_is_refused(writing: Writing, now: datetime) -> None:
    with writing() as session:
        make_survey(session, SurveyDraft("spring", "Spring"), now=now)
        with pytest.raises(Conflict):
            make_survey(session, SurveyDraft("spring", "Other"), now=now)

        assert [one.key for one in list_surveys(session)] == ["spring"]


@pytest.mark.parametrize("key", ["", "Spring", "1st", "a b", "é", "x" * 61, "a\0"])
def test_a_key_that_programs_could_not_use_is_refused(
    writing: Writing, now: datetime, key: str
) -> None:
    with writing() as session, pytest.raises(Invalid):
        make_survey(session, SurveyDraft(key, "Title"), now=now)


def test_an_anonymous_survey_cannot_reward(writing: Writing, now: datetime) -> None:
    options = {"reward": {"kind": "points", "amount": "20", "unit": "points"}}
    draft = SurveyDraft("spring", "Spring", options=options, identity="anonymous")

    with writing() as session, pytest.raises(Invalid) as refused:
        make_survey(session, draft, now=now)

    assert list(refused.value.fields) == ["options.reward"]


def test_a_survey_is_found_by_key_and_by_id_and_by_nothing_else(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        made = make_survey(session, SurveyDraft("spring", "Spring"), now=now)

        assert find_survey(session, "spring") is made
        assert find_survey(session, made.id) is made
        for other in ("summer", "spring\0", "0192b3a4-0000-7000-8000-000000000000"):
            with pytest.raises(NotFound):
                find_survey(session, other)


def test_making_a_survey_is_in_the_audit(writing: Writing, now: datetime) -> None:
    with writing() as session:
        make_from_kit(session, "nps", now=now)

    with writing() as session:
        (entry,) = recorded(session, "survey", "nps")
        assert entry.action == "survey.made"


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"name": "last"}
    for _ in range(levels):
        found = {"elements": [found]}
    return found


@pytest.mark.parametrize(
    "definition",
    [[], "text", None, deep(100), {"a": float("nan")}, {"a": "\0"}, {"a": "\ud800"},
     {"a": "x" * (1 << 20)}],
)  # fmt: skip
def test_what_could_not_be_stored_is_no_questionnaire(definition: Any) -> None:
    with pytest.raises(Invalid):
        checked_definition(definition)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe{}", b"[" * 100_000, b'{"a": 1' + b" " * (1 << 20) + b"}"]
)
def test_a_file_that_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_definition(content)


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert read_definition('\ufeff{"pages": []}'.encode()) == {"pages": []}


@pytest.mark.parametrize(
    "measures",
    [[], {"q": 1}, {"q": {"measure": "joy"}}, {"q": {"measure": "nps", "scale": [10, 0]}},
     {"q": {"measure": "nps", "colour": 1}}, {"q": {"measure": "csat", "good": [None]}}],
)  # fmt: skip
def test_a_measure_that_nobody_knows_is_refused(measures: Any) -> None:
    with pytest.raises(Invalid):
        checked_measures(measures)


def test_a_file_says_first_what_something_is_and_last_what_it_is_made_of() -> None:
    definition = {
        "pages": [{"elements": [{"choices": [{"text": "Red", "value": 1}], "isRequired": True,
                                 "title": "Colour", "name": "q", "type": "radiogroup"}],
                   "name": "one"}],
        "title": "Spring",
    }  # fmt: skip

    text = written(definition)

    assert re.findall(r'"(\w+)":', text) == [
        "title", "pages", "name", "elements", "type", "name", "title", "isRequired", "choices",
        "value", "text",
    ]  # fmt: skip
    assert read_definition(text) == definition
