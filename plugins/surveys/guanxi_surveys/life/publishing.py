"""Publish a draft (发布): a version that never changes, asked of everybody who begins from now on.

Whoever has begun goes on with the version that they began.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused, new_id, record, write_context
from guanxi_surveys.life.finding import version_now
from guanxi_surveys.life.linting import blocking, languages_of, problems_of
from guanxi_surveys.life.naming import keep_names
from guanxi_surveys.life.storing import lock_survey, subject
from guanxi_surveys.models import Survey, Version
from guanxi_surveys.questionnaire import Problem
from guanxi_surveys.texts import N_, _


def publish(
    session: Session,
    survey: Survey,
    *,
    now: datetime,
    corrections: bool = False,
    expected_version: int | None = None,
) -> Version:
    """Make a version of the draft; a survey that was never open opens with it.

    :param corrections: changed texts of choices are corrections and mean the same.
    :raises Invalid: the linter found errors.
    :raises Refused: nothing is new, a name stands for something else, or it is in the archive.
    :raises PreconditionFailed: somebody was faster.
    """
    survey = lock_survey(session, survey.key, expected_version)
    if survey.state == "archived":
        raise Refused(N_("This survey is in the archive. Take it out to change it."))
    _require_sound(survey)
    digest = checksum(survey.definition, survey.measures)
    if survey.current_number and version_now(session, survey).checksum == digest:
        told = N_("Nothing has changed since version %(number)s, so there is nothing to publish.")
        raise Refused(told, number=survey.current_number)
    by = write_context(session).actor.name
    version = Version(
        id=new_id(),
        survey_id=survey.id,
        number=(survey.current_number or 0) + 1,
        definition=survey.definition,
        measures=survey.measures,
        languages=languages_of(survey.definition),
        checksum=digest,
        published_at=now,
        published_by=by,
    )
    corrected = keep_names(session, survey, version, corrections=corrections)
    session.add(version)
    _put_in_force(session, survey, version, corrected, now=now, by=by)
    return version


def has_news(session: Session, survey: Survey) -> bool:
    """Say whether the draft differs from the version that is asked now."""
    if survey.current_number is None:
        return True
    return version_now(session, survey).checksum != checksum(survey.definition, survey.measures)


def checksum(definition: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of definition and measures, keys in order."""
    plain = json.dumps([definition, measures], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _put_in_force(
    session: Session, survey: Survey, version: Version, corrected: list[str], *,
    now: datetime, by: str,
) -> None:  # fmt: skip
    before = {"version": survey.current_number, "state": survey.state}
    survey.current_number = version.number
    survey.state = "open" if survey.state == "draft" else survey.state
    survey.version += 1
    survey.changed_at, survey.changed_by = now, by
    session.flush()
    after = {"version": version.number, "state": survey.state, "checksum": version.checksum}
    if corrected:
        after["corrected"] = corrected
    record(session, "survey.published", subject(survey), before=before, after=after)


def _require_sound(survey: Survey) -> None:
    found = problems_of(survey.definition, survey.measures)
    errors = blocking(found)
    if errors:
        told = N_("The questionnaire has errors, so it cannot be published: %(first)s")
        fields = {"definition": [as_told(one) for one in errors]}
        raise Invalid(told, first=_in_words(errors[0]), fields=fields)


def as_told(problem: Problem) -> dict[str, Any]:
    """Return a problem as it is given out."""
    return {
        "severity": problem.severity,
        "place": problem.place,
        "message": problem.message,
        "values": dict(problem.values),
    }


def _in_words(problem: Problem) -> str:
    told = _(problem.message, **problem.values) if problem.values else _(problem.message)
    return f"{problem.place}: {told}" if problem.place else told
