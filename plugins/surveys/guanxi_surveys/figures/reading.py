"""Comments are read by a job, some hundred at a time, and their words counted."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_surveys.company import PLUGIN
from guanxi_surveys.figures.adding import upsert
from guanxi_surveys.figures.comments import read_comment
from guanxi_surveys.figures.tallying import Sums
from guanxi_surveys.models import Amendment, Answer, Comment, WordCount

BATCH: Final = 300
READ: Final = "comments"


def read_comments(session: Session, now: datetime) -> dict[str, Any]:
    """Read comments that wait, and ask for the next run where more do."""
    found = read_some(session, now=now)
    if found == BATCH:
        run_job(session, PLUGIN, READ)
    return {"comments": found} if found else {}


def read_some(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Read up to ``most`` comments; return how many there were."""
    waiting = (
        select(Comment)
        .where(Comment.read_at.is_(None))
        .order_by(Comment.answer_id, Comment.question)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    comments = session.scalars(waiting).all()
    texts = _texts(session, [one.answer_id for one in comments])
    for one in comments:
        found = read_comment(str(texts[one.answer_id].get(one.question) or ""))
        one.language, one.sentiment, one.words = found.language, found.sentiment, [*found.words]
        one.read_at = now
    session.flush()
    _count(session, comments)
    return len(comments)


def forget(session: Session, answer_id: UUID) -> None:
    """Take the comments of an answer, and their words, out of the counts."""
    found = session.scalars(select(Comment).where(Comment.answer_id == answer_id)).all()
    _count(session, [one for one in found if one.read_at is not None], sign=-1)
    for one in found:
        session.delete(one)
    session.flush()


def _texts(session: Session, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what was answered, with the latest correction."""
    query = select(Answer.id, Answer.values).where(Answer.id.in_(ids))
    later = select(Amendment.answer_id, Amendment.after).where(Amendment.answer_id.in_(ids))
    given = [tuple(one) for one in session.execute(query)]
    given += [tuple(one) for one in session.execute(later.order_by(Amendment.at, Amendment.id))]
    return dict(given)


def _count(session: Session, comments: Iterable[Comment], sign: int = 1) -> None:
    rows: dict[tuple[Any, ...], Sums] = {}
    for one in comments:
        for word in one.words:
            key = (one.survey_id, one.language, word, one.week)
            sums = rows.setdefault(key, defaultdict(int))
            sums["n"] += sign
            if one.score is not None:
                sums["scored"] += sign
                sums["scores"] += sign * one.score
            if one.sentiment is not None:
                sums["sentiment_n"] += sign
                sums["sentiment"] += sign * one.sentiment
    if rows:
        upsert(session, WordCount.__table__, rows)


JOBS: Final = (
    Job(READ, Text("Read comments for the figures", "分析文字意见"), read_comments, "* * * * *"),
)
