"""What people decide about a survey can be changed, until an answer or the archive settles it."""

import base64
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, PreconditionFailed, Refused, recorded
from guanxi_surveys.answering.beginning import note_first
from guanxi_surveys.answering.definitions import Asked, by_key
from guanxi_surveys.life.changing import change_survey, set_public_link
from guanxi_surveys.life.finding import find_public, find_survey
from guanxi_surveys.life.making import SurveyDraft, make_survey
from guanxi_surveys.life.opening import archive_survey, restore_survey
from guanxi_surveys.life.options import checked
from guanxi_surveys.models import Survey

Writing = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def survey(writing: Writing, now: datetime) -> str:
    """The key of a survey."""
    with writing() as session:
        return make_survey(session, SurveyDraft("spring", "Spring"), now=now).key


def test_options_that_are_not_named_stay(writing: Writing, survey: str, now: datetime) -> None:
    with writing() as session:
        change_survey(session, survey, {"options": {"resume_days": 7}}, now=now)
        found = change_survey(session, survey, {"options": {"progress": "none"}}, now=now)

        assert (found.options["resume_days"], found.options["progress"]) == (7, "none")
        assert found.version == 3


def test_a_change_that_changes_nothing_leaves_version_and_audit(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        found = change_survey(session, survey, {"title": {"en": "Spring"}}, now=now)

        assert found.version == 1
    with writing() as session:
        assert [one.action for one in recorded(session, "survey", survey)] == ["survey.made"]


def test_who_saw_an_older_version_is_refused(writing: Writing, survey: str, now: datetime) -> None:
    with writing() as session:
        change_survey(session, survey, {"title": "One"}, expected_version=1, now=now)
        with pytest.raises(PreconditionFailed):
            change_survey(session, survey, {"title": "Two"}, expected_version=1, now=now)

        assert find_survey(session, survey).title == {"en": "One"}


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"title": "x" * 121}, {"identity": "secret"}, {"answer_limit": 0},
     {"answer_limit": True}, {"closes_at": "tomorrow"}, {"options": []},
     {"options": {"colour": "red"}}, {"definition": []}],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_changes(
    writing: Writing, survey: str, now: datetime, changes: dict[str, Any]
) -> None:
    with writing() as session:
        with pytest.raises(Invalid):
            change_survey(session, survey, changes, now=now)

        assert find_survey(session, survey).version == 1


PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 60).decode()


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"theme": {"colour": "red"}}, "theme"),
        ({"theme": {"logo": "https://example.org/logo.png"}}, "theme"),
        ({"theme": {"logo": "data:image/svg+xml;base64,PHN2Zz4="}}, "theme"),
        ({"theme": {"logo": f"data:image/jpeg;base64,{PIXEL}"}}, "theme"),
        ({"theme": {"logo": "data:image/png;base64," + "A" * 60_000}}, "theme"),
        ({"resume_days": 0}, "resume_days"),
        ({"resume_days": "7"}, "resume_days"),
        ({"reward": {"kind": "points", "amount": "-1"}}, "reward"),
        ({"reward": {"kind": "points", "amount": "NaN"}}, "reward"),
        ({"reward": {"amount": "1"}}, "reward"),
        ({"languages": ["klingon please"]}, "languages"),
        ({"thanks": {"en": "x" * 5001}}, "thanks"),
        ({"gap_below": 0.5}, "gap_below"),
    ],
)
def test_options_that_do_not_fit_say_which(options: dict[str, Any], fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(options)

    assert list(refused.value.fields) == [f"options.{fault}"]


def test_options_that_fit_are_kept_as_plain_values() -> None:
    options = {
        "theme": {"colour": "#aa0000", "logo": f"data:image/png;base64,{PIXEL}"},
        "reward": {"kind": "points", "amount": 20},
        "thanks": {"zh-cn": "谢谢"},
    }

    found = checked(options)

    assert found["theme"] == options["theme"]
    assert found["reward"] == {"kind": "points", "amount": "20", "unit": None}
    assert checked(found) == found


def test_identity_is_settled_by_the_first_answer(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        change_survey(session, survey, {"identity": "anonymous"}, now=now)
        change_survey(session, survey, {"identity": "named"}, now=now)
        note_first(session, by_key(session, survey), now=now)

    with writing() as session:
        with pytest.raises(Refused):
            change_survey(session, survey, {"identity": "anonymous"}, now=now)
        assert find_survey(session, survey).identity == "named"


def test_of_an_anonymous_survey_only_the_day_of_the_first_answer_is_kept(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        found = change_survey(session, survey, {"identity": "anonymous"}, now=now)
        note_first(session, by_key(session, survey), now=now)
        note_first(session, by_key(session, survey), now=now + timedelta(days=3))

        session.refresh(found)
        assert found.first_answer_at == now.replace(hour=0, minute=0, second=0, microsecond=0)


def test_an_answer_that_comes_while_named_turns_anonymous_is_told_so(
    writing: Writing, survey: str, now: datetime
) -> None:
    outcome: list[str] = []

    def answer(session: Session, told: Asked) -> None:
        try:
            note_first(session, told, now=now)
            outcome.append("noted")
        except Conflict:
            outcome.append("told")

    with writing() as answering:
        told = by_key(answering, survey)
        with writing() as turning:
            change_survey(turning, survey, {"identity": "anonymous"}, now=now)
            waits = threading.Thread(target=answer, args=(answering, told))
            waits.start()
        waits.join(20)

    assert outcome == ["told"]
    with writing() as session:
        row = session.execute(select(Survey.identity, Survey.first_answer_at)).one()
        assert tuple(row) == ("anonymous", None)


def test_turning_waits_for_an_answer_that_is_just_being_written_and_is_refused(
    writing: Writing, survey: str, now: datetime
) -> None:
    outcome: list[str] = []

    def turn() -> None:
        with writing() as session:
            try:
                change_survey(session, survey, {"identity": "anonymous"}, now=now)
                outcome.append("turned")
            except Refused:
                outcome.append("refused")

    with writing() as session:
        note_first(session, by_key(session, survey), now=now)
        waits = threading.Thread(target=turn)
        waits.start()
    waits.join(20)

    assert outcome == ["refused"]
    with writing() as session:
        assert find_survey(session, survey).identity == "named"


def test_a_new_public_link_makes_the_old_one_worthless(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        first = set_public_link(session, survey, on=True, now=now).public_key
        second = set_public_link(session, survey, on=True, now=now).public_key

        assert first is not None
        assert second is not None
        assert first != second
        assert find_public(session, second).key == survey
        with pytest.raises(Exception, match="does not open"):
            find_public(session, first)
        set_public_link(session, survey, on=False, now=now)
        with pytest.raises(Exception, match="does not open"):
            find_public(session, second)


def test_the_audit_does_not_hold_the_public_link(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        secret = set_public_link(session, survey, on=True, now=now).public_key

    with writing() as session:
        told = [str((one.before, one.after)) for one in recorded(session, "survey", survey)]
        assert len(told) == 2
        assert not any(str(secret) in one for one in told)


def test_what_is_in_the_archive_does_not_change(
    writing: Writing, survey: str, now: datetime
) -> None:
    with writing() as session:
        archive_survey(session, survey, now=now)
        for change in (
            lambda: change_survey(session, survey, {"title": "New"}, now=now),
            lambda: set_public_link(session, survey, on=True, now=now),
        ):
            with pytest.raises(Refused):
                change()
        assert restore_survey(session, survey, now=now).state == "draft"
