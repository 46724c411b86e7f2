"""What answers hold about a customer: handed out, erased, moved when customers are merged.

An erasure leaves the scores and what was chosen from a list, for the figures; words, files and
everything that leads to the person go.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guanxi_surveys.answering.definitions import published
from guanxi_surveys.figures.counting import uncount
from guanxi_surveys.models import Amendment, Answer, Survey, Upload

KEY: Final = "answers"
_KEPT: Final = frozenset({"rating", "radiogroup", "dropdown", "checkbox", "tagbox", "ranking",
                          "boolean", "matrix"})  # fmt: skip
"""Types whose answers are chosen, not written."""


def export(session: Session, customer_id: UUID) -> list[dict[str, Any]] | None:
    """Return everything that a customer answered, with corrections."""
    found = session.execute(
        select(Answer, Survey.key)
        .join(Survey, Survey.id == Answer.survey_id)
        .where(Answer.customer_id == customer_id)
        .order_by(Answer.begun_at, Answer.id)
    )
    return [_told(session, answer, key) for answer, key in found] or None


def erase(session: Session, customer_id: UUID) -> None:
    """Take the person out of their answers."""
    for answer in session.scalars(
        select(Answer).where(Answer.customer_id == customer_id).with_for_update()
    ).all():
        uncount(session, answer)
        session.execute(delete(Upload).where(Upload.answer_id == answer.id))
        session.execute(delete(Amendment).where(Amendment.answer_id == answer.id))
        answer.values = _without_words(session, answer)
        answer.customer_id = answer.about_id = answer.staff_id = answer.invitation_id = None
        answer.submission, answer.attributes = None, {}
        if answer.state == "begun":
            answer.state = "expired"
    session.flush()


def merge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    *,
    now: datetime,  # noqa: ARG001 -- every part gets it
) -> dict[str, Any] | None:
    """Bring the answers to the customer who is kept; return which they are."""
    moved = session.scalars(
        update(Answer)
        .where(Answer.customer_id == merged_id)
        .values(customer_id=kept_id)
        .returning(Answer.id)
        .execution_options(synchronize_session=False)
    ).all()
    return {"ids": [str(one) for one in moved]} if moved else None


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,  # noqa: ARG001 -- as above
) -> None:
    """Give back those answers that are still there."""
    ids = [UUID(one) for one in (undo or {}).get("ids", ())]
    if ids:
        session.execute(
            update(Answer)
            .where(Answer.id.in_(ids), Answer.customer_id == kept_id)
            .values(customer_id=merged_id)
            .execution_options(synchronize_session=False)
        )


def _told(session: Session, answer: Answer, key: str) -> dict[str, Any]:
    made = session.scalars(
        select(Amendment).where(Amendment.answer_id == answer.id).order_by(Amendment.at)
    ).all()
    files = session.scalars(select(Upload.name).where(Upload.answer_id == answer.id)).all()
    return {
        "survey": key,
        "state": answer.state,
        "values": answer.values,
        "attributes": answer.attributes,
        "corrections": [{"at": one.at, "reason": one.reason, "values": one.after} for one in made],
        "files": list(files),
        "begun_at": answer.begun_at,
        "finished_at": answer.finished_at,
    }


def _without_words(session: Session, answer: Answer) -> dict[str, Any]:
    questions = published(session, answer.version_id).questionnaire.by_name
    return {
        name: value
        for name, value in answer.values.items()
        if name in questions and questions[name].type in _KEPT
    }
