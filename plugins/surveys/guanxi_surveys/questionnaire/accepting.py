"""Answers as they come in, made into answers as they are kept.

``as_kept`` does what SurveyJS does with a value that is set; ``accept`` is stricter: it says of
what a stranger sent whether it can be an answer to the question at all.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from guanxi_surveys.questionnaire import choosing
from guanxi_surveys.questionnaire.bounds import ANSWER
from guanxi_surveys.questionnaire.model import (
    CHOOSING,
    MULTIPLE,
    NONE,
    OTHER,
    SINGLE,
    Choice,
    Question,
)
from guanxi_surveys.questionnaire.rating import rates_of
from guanxi_surveys.questionnaire.values import is_empty, number_in

if TYPE_CHECKING:
    from guanxi_surveys.questionnaire.state import State

_SHAPES: Final = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "datetime-local": re.compile(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
    ),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"),
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
    "week": re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])"),
}
FILES: Final = 20
"""Files of one answer."""


class Unacceptable(ValueError):
    """What was sent cannot be an answer to the question; ``args[0]`` is the kind of fault."""


def as_kept(state: "State", question: Question, value: Any) -> Any:
    """Return the form in which a value that is set is kept."""
    if is_empty(value):
        return None
    if question.type in CHOOSING:
        return _as_chosen(state, question, value)
    if question.type in {"text", "comment"}:
        return _as_text(question, value)
    if question.type == "rating" and not question.choices:
        number = number_in(value)
        return value if number is None else number
    if question.type == "matrix" and not isinstance(value, Mapping):
        return None
    return _as_written(value)


def _as_chosen(state: "State", question: Question, value: Any) -> Any:
    """Return one choice, or the list of several."""
    listed = value if isinstance(value, list) else [value]
    if question.type in SINGLE:
        return _chosen(question.choices, listed[0])
    return _without_none(state, question, [_chosen(question.choices, one) for one in listed])


def _as_text(question: Question, value: Any) -> Any:
    """Return a number where one is asked for, else what was written."""
    if question.type == "text" and question.input in {"number", "range"}:
        return number_in(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else _as_written(value)


def _as_written(value: Any) -> Any:
    """Return a date as the text that an answer has for it."""
    return value.date().isoformat() if hasattr(value, "date") else value


def _chosen(choices: Iterable[Choice], value: Any) -> Any:
    """Return the choice's own value for one that only differs in being written as text."""
    for choice in choices:
        if choice.value == value:
            return choice.value
    for choice in choices:
        if not isinstance(value, bool) and str(choice.value) == str(value):
            return choice.value
    return value


def _without_none(state: "State", question: Question, value: list[Any]) -> list[Any]:
    """Let "none" stand alone: whichever came last, it or the others, is kept."""
    if not question.none or NONE not in value:
        return value
    old = state.scope.get(question.name)
    had = isinstance(old, list) and NONE in old
    if had:
        return [one for one in value if one != NONE] if len(value) > 1 else value
    return [NONE]


def accept(state: "State", question: Question, value: Any) -> Any:
    """Return what was sent as an answer; None if it is empty.

    Raises :class:`Unacceptable` with ``choice``, ``number``, ``date``, ``long`` or ``shape``.
    """
    if is_empty(value) or not question.takes_answer:
        return None
    if question.type in SINGLE:
        return _single(state, question, value)
    if question.type in MULTIPLE:
        return [_single(state, question, one) for one in _listed(value)]
    if question.type == "matrixdropdown":
        return _cells(state, question, value)
    return _PLAIN[question.type](question, value)


def _text(question: Question, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Unacceptable("shape")
    if isinstance(value, float) and not math.isfinite(value):
        raise Unacceptable("number")
    if question.input in {"number", "range"}:
        if (number := number_in(value)) is None:
            raise Unacceptable("number")
        return number
    text = str(value)
    if len(text) > (question.length if question.length > 0 else ANSWER):
        raise Unacceptable("long")
    if "\x00" in text:
        raise Unacceptable("shape")
    shape = _SHAPES.get(question.input)
    if shape is not None and shape.fullmatch(text) is None:
        raise Unacceptable("date")
    return text


def _listed(value: Any) -> list[Any]:
    listed = value if isinstance(value, list) else [value]
    if len({str(one) for one in listed}) != len(listed):
        raise Unacceptable("choice")
    return listed


def _single(state: "State", question: Question, value: Any) -> Any:
    if not isinstance(value, (str, int, float)):
        raise Unacceptable("shape")
    if (question.other and value == OTHER) or (question.none and value == NONE):
        return value
    offers = choosing.offered(state, question)
    taken = _chosen(question.choices, value)
    for choice, enabled in zip(offers.visible, offers.enabled, strict=True):
        if choice.value == taken:
            if not enabled and not _was_chosen(state, question, taken):
                break
            return taken
    if any(choice.value == taken for choice in question.choices) and not offers.has(taken):
        return taken  # it went away after it was chosen, and is cleared with its page
    raise Unacceptable("choice")


def _was_chosen(state: "State", question: Question, value: Any) -> bool:
    had = state.scope.get(question.name)
    return bool(had == value or (isinstance(had, list) and value in had))


def _one_of(values: Iterable[Any], value: Any) -> Any:
    for one in values:
        if str(one) == str(value) or (not isinstance(one, str) and one == number_in(value)):
            return one
    raise Unacceptable("choice")


def _rating(question: Question, value: Any) -> Any:
    return _one_of(rates_of(question), value)


def _truth(question: Question, value: Any) -> Any:
    said = value.lower() if isinstance(value, str) else value
    for true in (question.true_value, question.false_value):
        if str(true).lower() == str(said).lower():
            return true
    if said is True or said == "true":
        return question.true_value
    if said is False or said == "false":
        return question.false_value
    raise Unacceptable("choice")


def _matrix(question: Question, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise Unacceptable("shape")
    columns = [column.value for column in question.columns]
    rows = {str(row.value) for row in question.rows}
    if not set(value) <= rows:
        raise Unacceptable("choice")
    return {key: _one_of(columns, cell) for key, cell in value.items() if not is_empty(cell)}


def _cells(state: "State", question: Question, value: Any) -> Any:
    if not isinstance(value, Mapping) or not all(
        isinstance(row, Mapping) for row in value.values()
    ):
        raise Unacceptable("shape")
    cells = {cell.name: cell for cell in question.cells}
    rows = {str(row.value) for row in question.rows}
    if not set(value) <= rows or any(not set(row) <= set(cells) for row in value.values()):
        raise Unacceptable("choice")
    taken = {
        key: {
            name: accept(state, cells[name], cell)
            for name, cell in row.items()
            if not is_empty(cell)
        }
        for key, row in value.items()
    }
    return {key: row for key, row in taken.items() if row}


def _files(question: Question, value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    if len(listed) > (FILES if question.many else 1):
        raise Unacceptable("shape")
    for file in listed:
        if not isinstance(file, Mapping) or not all(
            isinstance(file.get(key), str) for key in ("name", "content")
        ):
            raise Unacceptable("shape")
    return [dict(file) for file in listed]


_PLAIN: Final[Mapping[str, Callable[[Question, Any], Any]]] = {
    "text": _text,
    "comment": _text,
    "rating": _rating,
    "boolean": _truth,
    "matrix": _matrix,
    "file": _files,
}
"""Types of questions whose answers need nothing but the question to be judged."""
