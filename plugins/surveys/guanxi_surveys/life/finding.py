"""Surveys and their versions, found or listed."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session, defer

from guanxi.sdk import NotFound
from guanxi_surveys.models import Answer, DayCount, Survey, Version
from guanxi_surveys.texts import N_

_STORABLE: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""What keys, ids and public keys are made of; nothing else is looked for."""


def list_surveys(session: Session, *, archived: bool = False) -> Sequence[Survey]:
    """Return the surveys, the latest made first; their drafts are read when asked for."""
    wanted = Survey.state == "archived" if archived else Survey.state != "archived"
    query = select(Survey).where(wanted).options(defer(Survey.definition))
    return session.scalars(query.order_by(Survey.created_at.desc(), Survey.key)).all()


def find_survey(session: Session, key_or_id: str | UUID, *, lock: bool = False) -> Survey:
    """Return a survey by its key or its id.

    :param lock: nobody else changes it until the commit.
    :raises NotFound: there is none.
    """
    text = str(key_or_id)
    where = Survey.key == text
    found_id = _id(text)
    if found_id is not None:
        where = Survey.id == found_id
    query = select(Survey).where(where)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none() if _STORABLE.fullmatch(text) else None
    if found is None:
        raise NotFound(N_("There is no survey %(key)s."), key=text[:80])
    return found


def find_public(session: Session, public_key: str) -> Survey:
    """Return the survey that a public link opens.

    :raises NotFound: none; the sentence is for who follows the link.
    """
    found = None
    if _STORABLE.fullmatch(public_key):
        found = session.scalars(select(Survey).where(Survey.public_key == public_key)).one_or_none()
    if found is None:
        raise NotFound(N_("This link does not open a survey, or no longer does."))
    return found


def list_versions(session: Session, survey: Survey) -> Sequence[Version]:
    """Return what was published, the latest first."""
    query = select(Version).where(Version.survey_id == survey.id)
    return session.scalars(query.order_by(Version.number.desc())).all()


def find_version(session: Session, survey: Survey, number: int) -> Version:
    """Return a version by its number.

    :raises NotFound: there is none.
    """
    found = None
    if 0 < number < 2**31:
        query = select(Version).where(Version.survey_id == survey.id, Version.number == number)
        found = session.scalars(query).one_or_none()
    if found is None:
        told = N_("The survey %(key)s has no version %(number)s.")
        raise NotFound(told, key=survey.key, number=number)
    return found


def version_now(session: Session, survey: Survey) -> Version:
    """Return the version that is asked now.

    :raises NotFound: it was never published.
    """
    if survey.current_number is None:
        raise NotFound(N_("The survey %(key)s is not published yet."), key=survey.key)
    return find_version(session, survey, survey.current_number)


def answers_of(session: Session, surveys: Sequence[Survey]) -> dict[UUID, tuple[int, int]]:
    """Return how many answers each survey has, trials aside: begun in all, and finished.

    Those that are counted already are not counted again, however many there are.
    """
    ids = [one.id for one in surveys]
    ended = DayCount.finished + DayCount.screened_out + DayCount.quota_full + DayCount.expired
    own = (Answer.survey_id.in_(ids), ~Answer.trial)
    finished = func.count().filter(Answer.state == "finished")
    parts = union_all(
        select(DayCount.survey_id, func.sum(ended).label("begun"),
               func.sum(DayCount.finished).label("finished"))
        .where(DayCount.survey_id.in_(ids)).group_by(DayCount.survey_id),
        select(Answer.survey_id, func.count(), finished)
        .where(*own, ~Answer.counted, Answer.state != "begun").group_by(Answer.survey_id),
        select(Answer.survey_id, func.count(), literal(0))
        .where(*own, Answer.state == "begun").group_by(Answer.survey_id),
    ).subquery()  # fmt: skip
    query = select(parts.c.survey_id, func.sum(parts.c.begun), func.sum(parts.c.finished))
    rows = session.execute(query.group_by(parts.c.survey_id))
    found = {survey: (int(begun), int(done)) for survey, begun, done in rows}
    return {one.id: found.get(one.id, (0, 0)) for one in surveys}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
