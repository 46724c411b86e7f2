"""Unfinished answers that were not resumed in time end as expired (过期)."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, cast, func, select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_surveys.answering.spending import forget_spent
from guanxi_surveys.models import Answer, Survey

AT_ONCE: Final = 5000
USUAL_DAYS: Final = 30


def expire(session: Session, now: datetime) -> dict[str, Any]:
    """Let answers end that were begun more than the survey's days to go on ago.

    Of anonymous ones the submission goes, too: whoever has it can find nothing any more.
    """
    days = func.coalesce(cast(Survey.options["resume_days"].astext, Integer), USUAL_DAYS)
    old = (
        select(Answer.id)
        .join(Survey, Survey.id == Answer.survey_id)
        .where(
            Answer.state == "begun",
            Answer.begun_at < now - func.make_interval(0, 0, 0, days),
        )
        .order_by(Answer.begun_at)
        .limit(AT_ONCE)
        .with_for_update(of=Answer, skip_locked=True)
    )
    found = session.execute(
        update(Answer)
        .where(Answer.id.in_(old.scalar_subquery()))
        .values(state="expired", submission=None)
        .returning(Answer.id)
        .execution_options(synchronize_session=False)
    ).all()
    forget_spent(session, now=now)
    if len(found) == AT_ONCE:
        run_job(session, "surveys", "expire")
    return {"expired": len(found)}


JOBS: Final = (
    Job("expire", Text("Answers not resumed in time", "未按时完成的答卷"), expire, "25 * * * *"),
)
