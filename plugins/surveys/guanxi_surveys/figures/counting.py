"""Answers that ended are added to the counts, some thousand at a time, each once.

The job runs each minute. Nothing asks for it when an answer is finished, for that would tell when
an anonymous one was. Whoever corrects or erases an answer takes it out here first, so that the
counts always say what counting everything from the start would (a test holds them to each other).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_surveys.answering.definitions import published
from guanxi_surveys.company import PLUGIN, Company, company
from guanxi_surveys.figures.adding import PARTS, add
from guanxi_surveys.figures.reading import forget
from guanxi_surveys.figures.tallying import Given, Tally, add_answer, comments_of
from guanxi_surveys.models import Amendment, Answer, Comment, WordCount

BATCH: Final = 2000
COUNT: Final = "count"
"""The name of the job."""
_SCORES: Final = ("nps", "csat", "ces", "gap")


def count(session: Session, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- a job gets it
    """Add answers that wait, and ask for the next run where more do."""
    counted = count_some(session)
    if counted == BATCH:
        run_job(session, PLUGIN, COUNT)
    return {"answers": counted} if counted else {}


def count_some(session: Session, most: int = BATCH) -> int:
    """Add up to ``most`` answers that ended; return how many there were."""
    waiting = (
        select(Answer)
        .where(~Answer.counted, Answer.state != "begun")
        .order_by(Answer.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    answers = session.scalars(waiting).all()
    if not answers:
        return 0
    firm = company(session)
    real = [one for one in answers if not one.trial]
    corrected = _corrected(session, real)
    given = [_given(session, one, firm, corrected) for one in real]
    tally = Tally()
    for one in given:
        add_answer(tally, one)
    add(session, tally)
    _keep_comments(session, given)
    ids = [one.id for one in answers]
    session.execute(
        update(Answer).where(Answer.id.in_(ids)).values(counted=True),
        execution_options={"synchronize_session": False},
    )
    return len(answers)


def uncount(session: Session, answer: Answer) -> None:
    """Take an answer out of the counts, before it is corrected or erased; it waits again then."""
    session.refresh(answer, ["counted"], with_for_update=True)
    if not answer.counted or answer.trial:
        return
    tally = Tally()
    given = _given(session, answer, company(session), _corrected(session, [answer]))
    add_answer(tally, replace(given, sign=-1))
    add(session, tally)
    forget(session, answer.id)
    answer.counted = False
    session.flush()


def recount(session: Session, survey_id: UUID) -> int:
    """Forget the counts of a survey and have its answers counted anew; return how many wait."""
    for _, model in PARTS:
        session.execute(delete(model).where(model.__table__.c.survey_id == survey_id))
    for words in (Comment, WordCount):
        session.execute(delete(words).where(words.survey_id == survey_id))
    waiting = (
        update(Answer)
        .where(Answer.survey_id == survey_id, Answer.state != "begun", ~Answer.trial)
        .values(counted=False)
    )
    found = session.execute(waiting, execution_options={"synchronize_session": False})
    run_job(session, PLUGIN, COUNT)
    return int(getattr(found, "rowcount", 0))


def waiting(session: Session, survey_id: UUID) -> int:
    """Return how many answers of a survey are not in the figures yet."""
    query = text(
        "SELECT count(*) FROM surveys_answers WHERE survey_id = :survey "
        "AND NOT counted AND state <> 'begun' AND NOT trial"
    )
    return session.scalar(query, {"survey": survey_id}) or 0


Corrected = Mapping[UUID, Amendment]


def _corrected(session: Session, answers: Sequence[Answer]) -> Corrected:
    """Return the latest correction of those answers that have one."""
    ids = [one.id for one in answers if one.state == "finished"]
    query = select(Amendment).where(Amendment.answer_id.in_(ids))
    return {one.answer_id: one
            for one in session.scalars(query.order_by(Amendment.at, Amendment.id))}  # fmt: skip


def _given(session: Session, answer: Answer, firm: Company, corrected: Corrected) -> Given:
    made = corrected.get(answer.id)
    return Given(
        answer=answer,
        values=answer.values if made is None else made.after,
        scores={kind: getattr(answer, kind) for kind in _SCORES} if made is None else made.measured,
        version=published(session, answer.version_id),
        day=firm.day(answer.finished_at or answer.begun_at),
    )


def _keep_comments(session: Session, given: Iterable[Given]) -> None:
    rows = [
        {"answer_id": one.answer.id, "question": name, "survey_id": one.survey_id,
         "week": one.week, "score": _score(one.scores)}
        for one in given
        if one.answer.state == "finished"
        for name in comments_of(one.version, one.values)
    ]  # fmt: skip
    if rows:
        session.execute(insert(Comment).on_conflict_do_nothing(), rows)


def _score(scores: Mapping[str, Any]) -> float | None:
    if scores.get("nps") is not None:
        return float(scores["nps"]) / 10
    found = scores.get("csat") if scores.get("csat") is not None else scores.get("ces")
    return None if found is None else float(found)


JOBS: Final = (Job(COUNT, Text("Count answers for the figures", "统计答卷"), count, "* * * * *"),)
