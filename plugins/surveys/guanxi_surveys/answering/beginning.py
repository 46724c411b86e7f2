"""Begin an answer (开始作答), or find the one that was begun with the same submission id."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, Touchpoint, new_id
from guanxi_surveys.answering.days import start_of_day
from guanxi_surveys.answering.definitions import Asked, by_id, current
from guanxi_surveys.answering.inserting import insert_answer, lock_customer
from guanxi_surveys.answering.outcomes import AlreadyAnswered, OtherSubmission
from guanxi_surveys.answering.spending import is_spent
from guanxi_surveys.life.opening import check_open
from guanxi_surveys.models import Answer, Survey
from guanxi_surveys.models.answers import CHANNELS
from guanxi_surveys.texts import N_

_TURNED: Final = N_("How this survey is asked was just changed. Open it again.")
_NOBODY: Final = N_("An anonymous survey cannot be answered for a customer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an answer comes about; see the columns of these names in :class:`Answer`."""

    submission: UUID
    language: str
    channel: str
    customer_id: UUID | None = None
    invitation_id: UUID | None = None
    about_id: UUID | None = None
    staff_id: UUID | None = None
    method: str | None = None
    trial: bool = False


def begin(session: Session, survey: Survey | Asked, *, now: datetime, **way: Any) -> Answer:
    """Return a new answer, or the one with this submission, which nobody else changes meanwhile.

    :param way: the fields of :class:`Way`.
    :raises SurveyClosed: the survey takes none, and there is none with this submission.
    :raises AlreadyAnswered: an anonymous one that was finished.
    :raises OtherSubmission: the submission belongs to another survey or customer.
    """
    return begin_by(session, as_asked(session, survey), Way(**way), now=now)


def begin_by(session: Session, asked: Asked, way: Way, *, now: datetime) -> Answer:
    """As :func:`begin`."""
    way = of_today(session, asked, way)
    found = find_submission(session, asked, way)
    if found is not None:
        return found
    if asked.anonymous and not way.trial:
        _refuse_spent(session, asked, way)
    if not way.trial:
        check_open(session, asked, now=now)
    row = new_row(session, asked, way, now=now)
    if not insert_answer(session, {**row, "state": "begun"}):
        return _begun_meanwhile(session, asked, way)
    if not way.trial:
        note_first(session, asked, now=now)
    return session.scalars(select(Answer).where(Answer.id == row["id"])).one()


def as_asked(session: Session, survey: Survey | Asked) -> Asked:
    """Return a survey as answering knows it."""
    return survey if isinstance(survey, Asked) else by_id(session, survey.id)


def of_today(session: Session, asked: Asked, way: Way) -> Way:
    """Return a way with whom its customer was merged into, locked before the answer is.

    :raises NotFound: there is no such customer in sight.
    :raises Invalid: they were erased.
    """
    if way.customer_id is None or asked.anonymous:
        return way
    found, erased = lock_customer(session, way.customer_id)
    if erased:
        raise Invalid(N_("This customer was erased."), fields={"customer_id": []})
    if way.about_id is not None:
        _require_touchpoint(session, way.about_id, found)
    return way if found == way.customer_id else replace(way, customer_id=found)


def _require_touchpoint(session: Session, touchpoint_id: UUID, customer_id: UUID) -> None:
    theirs = select(Touchpoint.id).where(
        Touchpoint.id == touchpoint_id, Touchpoint.customer_id == customer_id
    )
    if session.scalar(theirs) is None:
        told = N_("There is no such touchpoint of this customer.")
        raise Invalid(told, fields={"about_id": []})


def find_submission(session: Session, asked: Asked, way: Way) -> Answer | None:
    """Return the answer with a submission, locked; None if there is none.

    :raises OtherSubmission: it belongs to another survey or customer.
    """
    found = session.scalars(
        select(Answer)
        .where(Answer.submission == way.submission)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None and not _is_same(asked, way, found):
        raise OtherSubmission
    return found


def new_row(session: Session, asked: Asked, way: Way, *, now: datetime) -> dict[str, Any]:
    """Return the values of a new row but its state; of an anonymous survey nothing of a person.

    :raises Invalid: it is for nobody's customer, or by no known channel.
    """
    if way.channel not in CHANNELS:
        raise Invalid(N_("There is no such channel."), fields={"channel": []})
    common = {
        "survey_id": asked.id,
        "version_id": current(session, asked).id,
        "submission": way.submission,
        "language": way.language,
        "channel": way.channel,
        "trial": way.trial,
    }
    if asked.anonymous:
        if way.customer_id is not None and way.invitation_id is None:
            raise Invalid(_NOBODY, fields={"customer_id": []})
        return {**common, "id": uuid4(), "begun_at": start_of_day(session, now)}
    return {
        **common,
        "id": new_id(),
        "begun_at": now,
        "customer_id": way.customer_id,
        "invitation_id": way.invitation_id,
        "about_id": None if way.customer_id is None else way.about_id,
        "staff_id": way.staff_id,
        "method": way.method,
    }


def note_first(session: Session, asked: Asked, *, now: datetime) -> None:
    """Keep that answers have begun: from now on nobody turns named into anonymous, or back.

    :raises Conflict: it was turned since whoever answers was told.
    """
    if asked.first_answer_at is not None:
        return
    at = start_of_day(session, now) if asked.anonymous else now
    kept = session.execute(
        update(Survey)
        .where(Survey.id == asked.id, Survey.identity == asked.identity)
        .values(first_answer_at=func.coalesce(Survey.first_answer_at, at))
        .execution_options(synchronize_session=False)
    )
    if kept.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE has it
        raise Conflict(_TURNED)


def _begun_meanwhile(session: Session, asked: Asked, way: Way) -> Answer:
    found = find_submission(session, asked, way)
    if found is None:  # an anonymous one, finished at the same instant
        raise AlreadyAnswered
    return found


def _refuse_spent(session: Session, asked: Asked, way: Way) -> None:
    used = (way.submission, way.invitation_id)
    if any(is_spent(session, asked.id, one) for one in used if one is not None):
        raise AlreadyAnswered


def _is_same(asked: Asked, way: Way, found: Answer) -> bool:
    if found.survey_id != asked.id or found.trial != way.trial:
        return False
    return asked.anonymous or found.customer_id == way.customer_id
