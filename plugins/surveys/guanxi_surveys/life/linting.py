"""The one place where the life of a survey asks the reader of questionnaires."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from guanxi_surveys import questionnaire

_CODE: Final = re.compile(r"default|[a-z]{2,3}(-[A-Za-z]{2,4})?")


def problems_of(definition: Mapping[str, Any], measures: Mapping[str, Any]) -> list[Any]:
    """Return what the linter finds in a draft."""
    lint = getattr(questionnaire, "lint", None)
    return list(lint(definition, measures)) if lint else []


def blocking(problems: Iterable[Any]) -> list[Any]:
    """Return those that keep a draft from being published."""
    return [one for one in problems if one.severity == "error"]


def languages_of(definition: Mapping[str, Any]) -> list[str]:
    """Return SurveyJS's codes of the languages that have texts, the default first."""
    usual = str(definition.get("locale") or "en")
    found = {code for text in _texts(definition) for code in text}
    return [usual, *sorted(found - {"default", usual})]


def _texts(value: Any) -> Iterator[Mapping[str, str]]:
    """Give each text in several languages: an object of language codes to strings."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if one and all(
                isinstance(text, str) and _CODE.fullmatch(code) for code, text in one.items()
            ) and ("default" in one or "en" in one):  # fmt: skip
                yield one
            else:
                waiting += one.values()
        elif isinstance(one, list):
            waiting += one
