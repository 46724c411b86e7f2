"""Correct a finished answer (更正): beside it, with who and why; the answer itself stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused, customers, new_id, record, write_context
from guanxi_surveys.answering.definitions import published
from guanxi_surveys.answering.measuring import measure
from guanxi_surveys.answering.outcomes import InvalidAnswers
from guanxi_surveys.answering.saving import merge
from guanxi_surveys.answering.sizes import bounded
from guanxi_surveys.answering.walking import path
from guanxi_surveys.figures.counting import uncount
from guanxi_surveys.models import Amendment, Answer, Survey
from guanxi_surveys.texts import N_

MOST_REASON = 500


def amend(
    session: Session,
    answer: Answer,
    values: Mapping[str, Any],
    *,
    reason: str,
    now: datetime,
) -> Amendment:
    """Correct answers to some questions of a finished answer.

    :param values: the names of questions to what is right; None takes an answer back.
    :raises Refused: it is not finished, or anonymous.
    :raises Invalid: no reason, or nothing changes.
    :raises InvalidAnswers: what comes out does not fit the questionnaire.
    """
    words = customers.clean_text(reason, MOST_REASON)
    if not words:
        raise Invalid(N_("Say why it is corrected."), fields={"reason": []})
    _refuse_unfit(session, answer)
    before = values_now(session, answer)
    version = published(session, answer.version_id)
    merged = merge(before, bounded(values))
    walked = path(version, merged, language=answer.language, seed=answer.submission, now=now)
    if walked.errors:
        raise InvalidAnswers(walked.errors)
    if dict(walked.values) == before:
        raise Invalid(N_("Nothing would change."), fields={"values": []})
    uncount(session, answer)
    made = Amendment(
        id=new_id(),
        answer_id=answer.id,
        at=now,
        actor=write_context(session).actor.name,
        reason=words,
        before=before,
        after=dict(walked.values),
        measured=measure(version.measures, walked.values).as_dict(),
    )
    session.add(made)
    session.flush()
    changed = sorted(
        name for name in {*before, *made.after} if before.get(name) != made.after.get(name)
    )
    told = {"questions": changed, "reason": words}
    record(session, "survey.answer_amended", ("survey_answer", str(answer.id)), after=told)
    return made


def amendments_of(session: Session, answer_id: UUID) -> list[Amendment]:
    """Return the corrections of an answer, the first first."""
    wanted = select(Amendment).where(Amendment.answer_id == answer_id)
    return list(session.scalars(wanted.order_by(Amendment.at, Amendment.id)))


def values_now(session: Session, answer: Answer) -> dict[str, Any]:
    """Return an answer's values with the latest correction."""
    made = amendments_of(session, answer.id)
    return dict(made[-1].after if made else answer.values)


def _refuse_unfit(session: Session, answer: Answer) -> None:
    lock = select(Answer.state).where(Answer.id == answer.id).with_for_update()
    if session.scalar(lock) != "finished":
        raise Refused(N_("Only a finished answer is corrected; an unfinished one goes on."))
    identity = session.scalar(select(Survey.identity).where(Survey.id == answer.survey_id))
    if identity == "anonymous":
        raise Refused(N_("An anonymous answer cannot be corrected: nobody knows whose it is."))
