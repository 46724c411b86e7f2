"""How any change of a survey is written: under a lock, with its next version, into the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import PreconditionFailed, record, write_context
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.models import Survey
from guanxi_surveys.texts import N_

_SECRET: Final = frozenset({"public_key"})
_LARGE: Final = frozenset({"definition"})


def lock_survey(session: Session, key: str, expected: int | None) -> Survey:
    """Return a survey that nobody else changes until the commit.

    :param expected: the version that whoever changes it has seen.
    :raises PreconditionFailed: somebody was faster.
    """
    survey = find_survey(session, key, lock=True)
    if expected is not None and survey.version != expected:
        raise PreconditionFailed(
            N_("Somebody changed this survey since you read it. Read it again and repeat it.")
        )
    return survey


def store(
    session: Session, survey: Survey, changes: Mapping[str, Any], action: str, *, now: datetime
) -> Survey:
    """Set what differs; nothing that differs: nothing is written."""
    before = {name: getattr(survey, name) for name, value in changes.items()
              if getattr(survey, name) != value}  # fmt: skip
    if not before:
        return survey
    for name in before:
        setattr(survey, name, changes[name])
    survey.version += 1
    survey.changed_at = now
    survey.changed_by = write_context(session).actor.name
    session.flush()
    after = {name: changes[name] for name in before}
    record(session, action, subject(survey), before=_told(before), after=_told(after))
    return survey


def subject(survey: Survey) -> tuple[str, str]:
    """Return by what the audit knows a survey."""
    return "survey", survey.key


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit may hold: no secret, and of a questionnaire how large it is."""
    return {name: _word(name, value) for name, value in values.items()}


def _word(name: str, value: Any) -> Any:
    if name in _SECRET:
        return value is not None
    if name in _LARGE:
        return {"pages": len(value.get("pages") or []), "characters": len(str(value))}
    if name == "options":
        theme = value.get("theme") or {}
        return {**value, "theme": {**theme, "logo": bool(theme.get("logo"))}}
    return value
