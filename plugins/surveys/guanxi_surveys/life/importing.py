"""Bring a SurveyJS file in, and say what of it is not supported (导入)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi_surveys.life.changing import change_survey
from guanxi_surveys.life.drafts import checked_definition
from guanxi_surveys.life.linting import problems_of
from guanxi_surveys.life.making import SurveyDraft, free_key, make_survey
from guanxi_surveys.life.naming import questions
from guanxi_surveys.models import Survey
from guanxi_surveys.questionnaire import Problem, bring_in
from guanxi_surveys.texts import _


@dataclass(frozen=True, slots=True)
class Imported:
    """The survey, and what the linter says of the file: unsupported parts, errors, warnings."""

    survey: Survey
    problems: list[Problem]


def import_survey(
    session: Session,
    definition: Any,
    *,
    key: str | None = None,
    title: str | Mapping[str, Any] | None = None,
    now: datetime,
) -> Imported:
    """Make a survey of a SurveyJS questionnaire; it is a draft until it is published.

    :raises Invalid: this is no questionnaire that can be stored.
    """
    found, left_out = _brought(definition)
    draft = SurveyDraft(key or free_key(session, "imported"), title or title_in(found), found)
    survey = make_survey(session, draft, now=now)
    return Imported(survey, [*left_out, *problems_of(survey.definition, survey.measures)])


def replace_draft(
    session: Session,
    key: str,
    definition: Any,
    *,
    expected_version: int | None = None,
    now: datetime,
) -> Imported:
    """Put a SurveyJS questionnaire in the place of a draft; what still fits of measures stays."""
    found, left_out = _brought(definition)
    names = {str(one.get("name")) for one in questions(found)}
    changes: dict[str, Any] = {"definition": found}
    survey = change_survey(session, key, changes, expected_version=expected_version, now=now)
    kept = {name: one for name, one in survey.measures.items() if name in names}
    if kept != survey.measures:
        survey = change_survey(session, key, {"measures": kept}, now=now)
    return Imported(survey, [*left_out, *problems_of(survey.definition, survey.measures)])


def _brought(definition: Any) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return a file's questionnaire without what is not supported, and what that was."""
    done = bring_in(checked_definition(definition))
    return checked_definition(done.definition), done.unsupported


def title_in(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return what a questionnaire calls itself, cut to what a title may be."""
    said = definition.get("title")
    if isinstance(said, str) and said.strip():
        return {"en": said.strip()[:120]}
    if isinstance(said, Mapping):
        texts = {
            ("en" if language == "default" else str(language)): text.strip()[:120]
            for language, text in said.items()
            if isinstance(text, str) and text.strip()
        }
        if texts:
            return texts
    return {"en": _("Imported questionnaire")}
