"""Risk appetite (风险偏好) from the questionnaire: answered by staff with the customer, kept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, customers, new_id, record, write_context
from guanxi_scoring.company import company
from guanxi_scoring.models import AppetiteAnswers
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.questionnaire import EDITION, QUESTIONS, appetite_of
from guanxi_scoring.texts import N_, _

OLDEST: Final = date(1990, 1, 1)


def record_answers(
    session: Session,
    customer_id: UUID,
    answers: Mapping[str, Any],
    *,
    answered_on: date | None = None,
    now: datetime,
) -> AppetiteAnswers:
    """Keep what a customer answered; earlier answers stay, the latest count.

    :raises Invalid: a question is not answered, or so not; the day is still to come.
    """
    customer = customers.get(session, customer_id)
    known = company(session)
    today = known.day(now)
    day = answered_on or today
    if not OLDEST <= day <= today:
        said = _("Choose a day that has come.")
        raise Invalid(N_("The day does not fit."), fields={"answered_on": [said]})
    points = points_of(answers)
    made = AppetiteAnswers(
        id=new_id(),
        customer_id=customer.id,
        edition=EDITION,
        answers={one.key: answers[one.key] for one in QUESTIONS},
        points=points,
        appetite=appetite_of(points),
        answered_on=day,
        valid_until=day + timedelta(days=known.settings["risk_appetite_days"]),
        recorded_at=now,
        recorded_by=write_context(session).actor.name,
    )
    session.add(made)
    session.flush()
    after = {"answers": str(made.id), "points": points, "appetite": made.appetite}
    record(session, "scoring_appetite.answered", ("customer", customer.id), after=after)
    standing.refresh(session, [customer.id])
    return made


def points_of(answers: Mapping[str, Any]) -> int:
    """Return the sum of the points of the answers.

    :raises Invalid: a question is not answered, or with something that it does not offer.
    """
    points, faults = 0, {}
    for question in QUESTIONS:
        chosen = next(
            (one for one in question.answers if one.key == answers.get(question.key)), None
        )
        if chosen is None:
            faults[question.key] = [_("Choose one of the answers.")]
        else:
            points += chosen.points
    if faults:
        raise Invalid(N_("Answer each question."), fields=faults)
    return points


def answers_of(session: Session, customer_id: UUID) -> Sequence[AppetiteAnswers]:
    """Return all that a customer ever answered, the latest first."""
    return session.scalars(
        select(AppetiteAnswers)
        .where(AppetiteAnswers.customer_id == customer_id)
        .order_by(
            AppetiteAnswers.answered_on.desc(),
            AppetiteAnswers.recorded_at.desc(),
            AppetiteAnswers.id.desc(),
        )
    ).all()
