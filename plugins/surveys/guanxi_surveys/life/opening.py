"""Open, close, put away; and whether a survey takes answers now.

Closing and the limit hold for unfinished answers, too: call :func:`check_open` when an answer is
begun and again when it is finished.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Refused
from guanxi_surveys.life.storing import lock_survey, store
from guanxi_surveys.models import Answer, Survey
from guanxi_surveys.texts import N_

_CLOSED: Final[Mapping[str, str]] = {
    "draft": N_("This survey is not open yet."),
    "closed": N_("This survey is closed. Thank you for wanting to answer."),
    "archived": N_("This survey is closed. Thank you for wanting to answer."),
}


class Opened(Protocol):
    """What of a survey says whether it takes answers; names as in :class:`Survey`."""

    @property
    def id(self) -> Any:
        """The survey's."""

    @property
    def state(self) -> str:
        """Where it is in its life."""

    @property
    def closes_at(self) -> datetime | None:
        """When it ends."""

    @property
    def answer_limit(self) -> int | None:
        """How many may be finished."""


class SurveyClosed(Refused):
    """A survey takes no answers now; the sentence is for who wanted to answer."""

    code = "survey_closed"


def check_open(
    session: Session, survey: Survey | Opened, *, now: datetime, finishing: bool = False
) -> None:
    """Make sure that a survey takes answers.

    :param finishing: an answer is about to be finished: where answers are limited, others wait
        until the commit, so that never more are finished.
    :raises SurveyClosed: it does not, with the reason.
    """
    if survey.state != "open":
        raise SurveyClosed(_CLOSED[survey.state])
    if survey.closes_at is not None and survey.closes_at <= now:
        raise SurveyClosed(N_("The time to answer this survey is over."))
    if survey.answer_limit is not None and _is_full(session, survey, finishing=finishing):
        raise SurveyClosed(N_("Enough people have answered this survey. Thank you all the same."))


def is_open(session: Session, survey: Survey, *, now: datetime) -> bool:
    """Say whether a survey takes answers."""
    try:
        check_open(session, survey, now=now)
    except SurveyClosed:
        return False
    return True


def open_survey(
    session: Session, key: str, *, now: datetime, expected_version: int | None = None
) -> Survey:
    """Take answers again (重新开放), of one that was closed or put away.

    :raises Refused: it was never published, or its last day or last answer has come.
    """
    survey = lock_survey(session, key, expected_version)
    if survey.current_number is None:
        raise Refused(N_("Publish the survey first; that opens it."))
    if survey.closes_at is not None and survey.closes_at <= now:
        raise Refused(N_("It closed at its date. Choose another date, or none, and open it then."))
    if survey.answer_limit is not None and _is_full(session, survey, finishing=False):
        raise Refused(N_("It has as many answers as it may have. Raise the limit first."))
    return _turn(session, survey, "open", "survey.opened", now)


def close_survey(
    session: Session, key: str, *, now: datetime, expected_version: int | None = None
) -> Survey:
    """Take no more answers (关闭); those that are there stay.

    :raises Refused: it was never open.
    """
    survey = lock_survey(session, key, expected_version)
    if survey.state == "draft":
        raise Refused(N_("This survey was never open, so there is nothing to close."))
    return _turn(session, survey, "closed", "survey.closed", now)


def archive_survey(
    session: Session, key: str, *, now: datetime, expected_version: int | None = None
) -> Survey:
    """Put a survey away (归档): it takes no answers and leaves the list; nothing is deleted."""
    survey = lock_survey(session, key, expected_version)
    return _turn(session, survey, "archived", "survey.archived", now)


def restore_survey(
    session: Session, key: str, *, now: datetime, expected_version: int | None = None
) -> Survey:
    """Take a survey out of the archive; it is closed, or a draft if it was never published."""
    survey = lock_survey(session, key, expected_version)
    if survey.state != "archived":
        return survey
    state = "draft" if survey.current_number is None else "closed"
    return _turn(session, survey, state, "survey.restored", now)


def _turn(session: Session, survey: Survey, state: str, action: str, now: datetime) -> Survey:
    return store(session, survey, {"state": state}, action, now=now)


def _is_full(session: Session, survey: Survey | Opened, *, finishing: bool) -> bool:
    if finishing:
        lock = select(Survey.answer_limit).where(Survey.id == survey.id).with_for_update()
        limit = session.scalar(lock)
    else:
        limit = survey.answer_limit
    if limit is None:
        return False
    there = (
        select(Answer.id)
        .where(Answer.survey_id == survey.id, Answer.state == "finished", ~Answer.trial)
        .limit(limit)
        .subquery()
    )
    return (session.scalar(select(func.count()).select_from(there)) or 0) >= limit
