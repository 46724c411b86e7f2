"""Texts in several languages, as SurveyJS writes them: ``"Hello"`` or
``{"default": "Hello", "zh-cn": "你好"}``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

Wording = Mapping[str, str]
"""A language's code, or ``default``, to the text."""

DEFAULT: Final = "default"
NOTHING: Final[Wording] = {}


def wording(value: Any) -> Wording | None:
    """Return what ``value`` says in which language; None if it is no text at all."""
    if isinstance(value, str):
        return {DEFAULT: value} if value else NOTHING
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {DEFAULT: str(value)}
    if isinstance(value, Mapping) and all(
        isinstance(code, str) and isinstance(text, str) for code, text in value.items()
    ):
        return {code.lower(): text for code, text in value.items() if text}
    return None


def said(text: Wording, language: str, default: str = "en") -> str:
    """Return the text in ``language``, else in its parent language, else the default's.

    ``default`` is the language of texts that name none.
    """
    if not text:
        return ""
    for code in (language, language.partition("-")[0]):
        if code in text:
            return text[code]
        if code == default and DEFAULT in text:
            return text[DEFAULT]
    return text.get(DEFAULT) or text.get(default) or next(iter(text.values()))


def languages_of(texts: Iterable[Wording], default: str) -> tuple[str, ...]:
    """Return the codes of all languages that any of ``texts`` has, ``default`` first."""
    found = {code for text in texts for code in text} - {DEFAULT, default}
    return (default, *sorted(found))
