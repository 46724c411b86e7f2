"""Answers as a person reads them: the text of a choice instead of its value."""

from collections.abc import Iterable, Mapping
from typing import Any

from guanxi_surveys.questionnaire.model import (
    CHOOSING,
    NONE,
    OTHER,
    Choice,
    Question,
)
from guanxi_surveys.questionnaire.rating import steps_of
from guanxi_surveys.questionnaire.sentences import NONE_TEXT, OTHER_TEXT, YES_NO, shown
from guanxi_surveys.questionnaire.values import is_empty
from guanxi_surveys.questionnaire.wording import Wording, said


def display(
    question: Question, value: Any, language: str, default: str = "en", *, other: str = ""
) -> str:
    """Return an answer as text in ``language``; empty if there is none.

    ``default`` is the questionnaire's own language; ``other`` what was written beside "other",
    which then stands for it.
    """
    if is_empty(value):
        return ""
    if question.type in CHOOSING:
        listed = value if isinstance(value, list) else [value]
        return ", ".join(
            other if other and one == OTHER else choice_text(question, one, language, default)
            for one in listed
        )
    if question.type == "boolean":
        return truth_text(question, value == question.true_value, language, default)
    if question.type == "rating":
        return _text_of(steps_of(question), value, language, default)
    if isinstance(value, Mapping):
        return _matrix(question, value, language, default)
    if isinstance(value, list):
        value = ", ".join(
            str(one.get("name", "")) if isinstance(one, Mapping) else shown(one) for one in value
        )
    return shown(value)


def _matrix(question: Question, value: Mapping[str, Any], language: str, default: str) -> str:
    """Return the rows of a matrix, each with what was answered in it."""
    rows = []
    for key, row in value.items():
        if question.cells:
            said_of_row = _cells(question, row, language, default)
        else:
            said_of_row = _text_of(question.columns, row, language, default)
        rows.append(f"{_text_of(question.rows, key, language, default)}: {said_of_row}")
    return "; ".join(rows)


def choice_text(question: Question, value: Any, language: str, default: str = "en") -> str:
    """Return the text of one choice, those that every question may have among them."""
    if value == OTHER and question.other:
        return said(question.other_text, language, default) or OTHER_TEXT.in_language(language)
    if value == NONE and question.none:
        return said(question.none_text, language, default) or NONE_TEXT.in_language(language)
    return _text_of(question.choices, value, language, default)


def truth_text(question: Question, true: bool, language: str, default: str = "en") -> str:  # noqa: FBT001 -- it is the value
    """Return what "yes" or "no" is called."""
    own: Wording = question.true_text if true else question.false_text
    return said(own, language, default) or YES_NO[not true].in_language(language)


def _text_of(choices: Iterable[Choice], value: Any, language: str, default: str) -> str:
    for choice in choices:
        if choice.value == value or str(choice.value) == str(value):
            return said(choice.text, language, default)
    return shown(value)


def _cells(question: Question, row: Any, language: str, default: str) -> str:
    by_name = {cell.name: cell for cell in question.cells}
    return ", ".join(
        f"{said(by_name[name].title, language, default) or name}: "
        f"{display(by_name[name], cell, language, default)}"
        for name, cell in (row.items() if isinstance(row, Mapping) else ())
        if name in by_name
    )
