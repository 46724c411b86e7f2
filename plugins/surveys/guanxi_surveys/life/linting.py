"""The one place where the life of a survey asks the reader of questionnaires."""

from collections.abc import Iterable, Mapping
from typing import Any

from guanxi_surveys.questionnaire import Problem, lint, read


def problems_of(definition: Mapping[str, Any], measures: Mapping[str, Any]) -> list[Problem]:
    """Return what the linter finds in a draft."""
    return lint(definition, measures)


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Return those that keep a draft from being published."""
    return [one for one in problems if one.severity == "error"]


def languages_of(definition: Mapping[str, Any]) -> list[str]:
    """Return SurveyJS's codes of the languages that have texts, the default first.

    :raises Invalid: the definition has errors.
    """
    return list(read(definition).languages)
