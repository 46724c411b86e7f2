"""Finish an answer (提交答卷), once: the server alone decides what was asked, required and kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_surveys.answering.beginning import (
    Way,
    as_asked,
    begin_by,
    find_submission,
    new_row,
    note_first,
    of_today,
)
from guanxi_surveys.answering.days import start_of_day
from guanxi_surveys.answering.definitions import Asked, Published, by_id, current, published
from guanxi_surveys.answering.following import follow
from guanxi_surveys.answering.inserting import insert_answer
from guanxi_surveys.answering.measuring import measure
from guanxi_surveys.answering.outcomes import AlreadyAnswered, InvalidAnswers, Outcome, TooLate
from guanxi_surveys.answering.saving import merge, seen_with
from guanxi_surveys.answering.sizes import bounded
from guanxi_surveys.answering.snapshots import snapshot
from guanxi_surveys.answering.spending import spend
from guanxi_surveys.answering.walking import path
from guanxi_surveys.life.opening import SurveyClosed, check_open
from guanxi_surveys.models import Answer, Survey
from guanxi_surveys.questionnaire import Walk


def finish(
    session: Session,
    answer: Answer,
    *,
    values: Mapping[str, Any] | None = None,
    now: datetime,
    invitation_id: UUID | None = None,
    asked: Asked | None = None,
) -> Outcome:
    """Finish an answer that was begun, and do what follows; a repeat returns the first outcome.

    Answers off the path are dropped; what is required and visible must be there.

    :param answer: locked, as ``begin`` returns it.
    :param values: the last ones, if any; None for what was taken back.
    :param invitation_id: by which an anonymous one came, so that it is used up.
    :raises InvalidAnswers: something is missing or does not fit.
    :raises SurveyClosed: the survey takes none any more.
    :raises AlreadyAnswered: the invitation to an anonymous survey was used.
    :raises TooLate: it was not resumed in time.
    """
    asked = asked or by_id(session, answer.survey_id)
    version = published(session, answer.version_id)
    if answer.state == "finished":
        return _first_outcome(version, answer, now)
    if answer.state != "begun":
        raise TooLate
    if not answer.trial:
        check_open(session, asked, now=now, finishing=True)
    merged = merge(answer.values, bounded(values or {}))
    walked = _walk(version, merged, answer.language, answer.submission, now)
    if asked.anonymous and not answer.trial:
        _use_up(session, asked, answer.submission, invitation_id, now)
    for name, value in _finished(session, asked, version, walked, now).items():
        setattr(answer, name, value)
    answer.seen = seen_with(answer.seen, walked)
    answer.attributes = snapshot(session, asked, answer.customer_id)
    if asked.anonymous:
        answer.submission = None
    session.flush()
    follow(session, asked, answer, now=now)
    return _outcome(asked, answer, walked)


def submit(
    session: Session,
    survey: Survey | Asked,
    values: Mapping[str, Any],
    *,
    now: datetime,
    **way: Any,
) -> Outcome:
    """Take a whole answer at once, in as few statements as it takes; a repeat changes nothing.

    :param way: the fields of :class:`~guanxi_surveys.answering.beginning.Way`.
    :raises: as ``begin`` and ``finish``.
    """
    asked, chosen = as_asked(session, survey), Way(**way)
    try:
        if asked.anonymous:
            answer = begin_by(session, asked, chosen, now=now)
            return finish(
                session, answer, values=values, now=now, asked=asked,
                invitation_id=chosen.invitation_id,
            )  # fmt: skip
        return _submit_named(session, asked, of_today(session, asked, chosen), values, now)
    except AlreadyAnswered:
        return Outcome("finished", None, repeated=True)
    except (SurveyClosed, InvalidAnswers):
        known = find_submission(session, asked, chosen)
        if known is None:
            raise
        return finish(session, known, values=values, now=now, asked=asked)


def _submit_named(
    session: Session, asked: Asked, way: Way, values: Mapping[str, Any], now: datetime
) -> Outcome:
    """Insert an answer that is finished at once; where one was begun, finish that."""
    version = current(session, asked)
    if not way.trial:
        check_open(session, asked, now=now, finishing=True)
    walked = _walk(version, merge({}, bounded(values)), way.language, way.submission, now)
    row = {
        **new_row(session, asked, way, now=now),
        **_finished(session, asked, version, walked, now),
        "seen": seen_with((), walked),
        "attributes": snapshot(session, asked, way.customer_id),
    }
    if not insert_answer(session, row):
        answer = begin_by(session, asked, way, now=now)
        return finish(session, answer, values=values, now=now, asked=asked)
    if not way.trial:
        note_first(session, asked, now=now)
    answer = Answer(**row)
    follow(session, asked, answer, now=now)
    return _outcome(asked, answer, walked)


def _walk(
    version: Published, values: Mapping[str, Any], language: str, seed: UUID | None, now: datetime
) -> Walk:
    walked = path(version, values, language=language, seed=seed, now=now)
    if walked.errors:
        raise InvalidAnswers(walked.errors)
    return walked


def _finished(
    session: Session, asked: Asked, version: Published, walked: Walk, now: datetime
) -> dict[str, Any]:
    """Return what changes in the row as it is finished."""
    return {
        "state": "finished",
        "values": dict(walked.values),
        "finished_at": start_of_day(session, now) if asked.anonymous else now,
        **measure(version.measures, walked.values).as_dict(),
    }


def _use_up(
    session: Session,
    asked: Asked,
    submission: UUID | None,
    invitation_id: UUID | None,
    now: datetime,
) -> None:
    for used in (submission, invitation_id):
        if used is not None and not spend(session, asked.id, used, now=now):
            raise AlreadyAnswered


def _outcome(asked: Asked, answer: Answer, walked: Walk) -> Outcome:
    shown = None if asked.anonymous else answer.id
    return Outcome(answer.state, shown, thanks=str(walked.thanks))


def _first_outcome(version: Published, answer: Answer, now: datetime) -> Outcome:
    """Return what the first call returned."""
    walked = path(version, answer.values, language=answer.language, seed=answer.submission, now=now)
    return Outcome(answer.state, answer.id, repeated=True, thanks=str(walked.thanks))
