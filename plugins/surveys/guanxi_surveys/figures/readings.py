"""What one answer says, question by question, in the form in which answers are counted."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from guanxi_surveys.questionnaire.model import MULTIPLE, SINGLE, Question

BESIDE: Final = "\x1f"
"""Between the row and the column of a matrix that has several answers a row."""
_CHOSEN: Final = SINGLE | {"boolean", "rating"}
_MOST_TEXT: Final = 200


class Reading(NamedTuple):
    """One thing that was answered: ``number`` where it can be averaged, ``value`` where counted."""

    question: str
    part: str
    value: str
    number: float | None


def readings(question: Question, value: Any) -> Iterator[Reading]:
    """Yield what an answer to ``question`` says; of what was written in words nothing.

    Of several choices the first reading, without a value, says that there is an answer at all.
    """
    if question.type == "matrix" and isinstance(value, Mapping):
        for row, cell in value.items():
            yield Reading(question.name, as_text(row), as_text(cell), _number(cell))
    elif question.type == "matrixdropdown" and isinstance(value, Mapping):
        for row, cells in value.items():
            yield from _cells(question, as_text(row), cells)
    else:
        yield from _plain(question, value)


def as_text(value: Any) -> str:
    """Return a value as it is counted: ``true``, ``4``, ``very_good``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:_MOST_TEXT]


def _plain(question: Question, value: Any) -> Iterator[Reading]:
    name = question.name
    if question.type in MULTIPLE and isinstance(value, list):
        yield Reading(name, "", "", None)
    if question.type == "ranking" and isinstance(value, list):
        for place, one in enumerate(value, 1):
            yield Reading(name, "", as_text(one), float(place))
    elif question.type in MULTIPLE and isinstance(value, list):
        for one in value:
            yield Reading(name, "", as_text(one), None)
    elif question.type in _CHOSEN and not isinstance(value, list | Mapping):
        yield Reading(name, "", as_text(value), _number(value))
    elif question.type == "text" and question.input in ("number", "range"):
        number = _number(value)
        if number is not None:
            yield Reading(name, "", "", number)


def _cells(question: Question, row: str, cells: Any) -> Iterator[Reading]:
    if not isinstance(cells, Mapping):
        return
    for column in question.cells:
        if column.name in cells:
            for one in _plain(column, cells[column.name]):
                part = row + BESIDE + column.name
                yield Reading(question.name, part, one.value, one.number)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value) if len(str(value)) < 20 else None
    except ValueError:
        return None
