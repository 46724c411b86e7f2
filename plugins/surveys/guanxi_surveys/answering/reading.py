"""Answers found and listed for staff and programs, within what whoever asks may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, customers
from guanxi_surveys.models import Answer, Survey, Upload
from guanxi_surveys.texts import N_

LEAST_ANONYMOUS: Final = 5
"""So many anonymous answers must be finished before any is shown (最小展示人数)."""
_NONE: Final = N_("There is no such answer, or you may not see it.")


@dataclass(frozen=True, slots=True)
class Sight:
    """Which answers whoever asks may see, beside those of customers in sight.

    :param unknown: those of nobody that is known, and anonymous ones.
    """

    unknown: bool


def find_answer(session: Session, answer_id: UUID, sight: Sight, *, lock: bool = False) -> Answer:
    """Return an answer.

    :raises NotFound: there is none, or it is of a customer out of sight.
    """
    wanted = select(Answer).where(Answer.id == answer_id, within(session, sight))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None or not _may_show(session, found.survey_id):
        raise NotFound(_NONE)
    return found


def list_answers(
    session: Session,
    survey_id: UUID,
    sight: Sight,
    *,
    limit: int,
    after: tuple[datetime | None, UUID] | None = None,
    state: str = "finished",
    customer_id: UUID | None = None,
) -> Sequence[Answer]:
    """Return answers of a survey in one state, trials aside, the last finished first.

    Anonymous ones of a day stand in the order of their random ids, which tells nothing.

    :param after: where the page before ended: when its last answer was finished, and its id.
    """
    if not _may_show(session, survey_id):
        return ()
    wanted = select(Answer).where(
        Answer.survey_id == survey_id, ~Answer.trial, Answer.state == state, within(session, sight)
    )
    if customer_id is not None:
        wanted = wanted.where(Answer.customer_id == customer_id)
    if after is not None:
        wanted = wanted.where(_behind(*after))
    ordered = wanted.order_by(Answer.finished_at.desc(), Answer.id)
    return session.scalars(ordered.limit(limit)).all()


def _behind(finished_at: datetime | None, answer_id: UUID) -> ColumnElement[bool]:
    later = Answer.id > answer_id
    if finished_at is None:
        return later
    return or_(Answer.finished_at < finished_at, and_(Answer.finished_at == finished_at, later))


def answers_of_customer(
    session: Session, customer_id: UUID, *, limit: int, before: datetime | None = None
) -> Sequence[tuple[Answer, Survey]]:
    """Return a customer's finished answers with their surveys, the latest first."""
    wanted = (
        select(Answer, Survey)
        .join(Survey, Survey.id == Answer.survey_id)
        .where(Answer.customer_id == customer_id, Answer.state == "finished", ~Answer.trial)
    )
    if before is not None:
        wanted = wanted.where(Answer.finished_at < before)
    ordered = wanted.order_by(Answer.finished_at.desc(), Answer.id.desc()).limit(limit)
    return [(answer, survey) for answer, survey in session.execute(ordered)]


def within(session: Session, sight: Sight) -> ColumnElement[bool]:
    """Return the condition that whoever asks may see an answer."""
    known = and_(Answer.customer_id.is_not(None), customers.in_sight(session, Answer.customer_id))
    return or_(known, Answer.customer_id.is_(None) if sight.unknown else false())


def told(answer: Answer, survey_key: str) -> Mapping[str, Any]:
    """Return an answer as programs read it."""
    return {
        "id": answer.id,
        "survey": survey_key,
        "version_id": answer.version_id,
        "state": answer.state,
        "language": answer.language,
        "channel": answer.channel,
        "method": answer.method,
        "customer_id": answer.customer_id,
        "about_id": answer.about_id,
        "staff_id": answer.staff_id,
        "trial": answer.trial,
        "values": answer.values,
        "attributes": answer.attributes,
        "nps": answer.nps,
        "csat": answer.csat,
        "ces": answer.ces,
        "gap": answer.gap,
        "begun_at": answer.begun_at,
        "finished_at": answer.finished_at,
    }


def upload_in_sight(session: Session, upload_id: UUID, sight: Sight) -> Upload:
    """Return a file of an answer that whoever asks may see.

    :raises NotFound: there is none in sight.
    """
    found = session.get(Upload, upload_id)
    if found is None:
        raise NotFound(_NONE)
    find_answer(session, found.answer_id, sight)
    return found


def _may_show(session: Session, survey_id: UUID) -> bool:
    """Say whether answers may be shown one by one: of few anonymous ones one could guess whose."""
    if session.scalar(select(Survey.identity).where(Survey.id == survey_id)) != "anonymous":
        return True
    there = (
        select(Answer.id)
        .where(Answer.survey_id == survey_id, Answer.state == "finished", ~Answer.trial)
        .limit(LEAST_ANONYMOUS)
        .subquery()
    )
    return (session.scalar(select(func.count()).select_from(there)) or 0) >= LEAST_ANONYMOUS
