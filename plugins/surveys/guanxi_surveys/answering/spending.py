"""Submissions of anonymous surveys, used up: told by a digest that leads to no answer.

A finished anonymous answer keeps neither its submission nor its invitation. So that a retry, or
a second visit by the same link, does not answer twice, a digest of each stands in a table of its
own, with the day.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi_surveys.company import company
from guanxi_surveys.models import Spent

KEPT: Final = timedelta(days=400)
"""Longer than any link lives and any answer can be resumed."""


def spend(session: Session, survey_id: UUID, used: UUID, *, now: datetime) -> bool:
    """Use up a submission or an invitation; False if it was used before.

    Of two at the same instant one waits for the other.
    """
    made = insert(Spent).values(
        mark=_mark(survey_id, used), survey_id=survey_id, on=company(session).day(now)
    )
    done = session.execute(made.on_conflict_do_nothing().returning(Spent.survey_id))
    return done.first() is not None


def is_spent(session: Session, survey_id: UUID, used: UUID) -> bool:
    """Say whether a submission or an invitation was used up."""
    found = select(Spent.survey_id).where(Spent.mark == _mark(survey_id, used))
    return session.execute(found).first() is not None


def forget_spent(session: Session, *, now: datetime) -> None:
    """Delete what nobody can use any more."""
    session.execute(delete(Spent).where(Spent.on < (now - KEPT).date()))


def _mark(survey_id: UUID, used: UUID) -> bytes:
    return sha256(survey_id.bytes + used.bytes).digest()
