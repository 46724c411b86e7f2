"""The fields of a form that stand for a question: what they are called, and what they say.

Choices are named by their place, never by their value: so a number stays a number, and what was
not offered cannot be sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from werkzeug.datastructures import FileStorage, MultiDict

from guanxi_surveys.questionnaire.model import COMMENT, NONE, OTHER, Question
from guanxi_surveys.questionnaire.rating import steps_of
from guanxi_surveys.texts import _

LISTS: Final = frozenset({"checkbox", "tagbox"})
ONE: Final = frozenset({"radiogroup", "dropdown"})
NUMBERS: Final = frozenset({"number", "range"})
_MOST_TYPED: Final = 25_000


@dataclass(slots=True)
class Typed:
    """What a form says: answers by question (None: taken back), what is wrong, and new files."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[FileStorage]] = field(default_factory=dict)


def field_of(question: Question) -> str:
    """Return what the fields of a question begin with."""
    return f"q{question.number}"


def read_form(
    questions: Iterable[Question],
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    held: Mapping[str, Any],
) -> Typed:
    """Return what a form says about the questions that it was drawn with.

    :param held: what was answered before, for files that stay.
    """
    drawn = set(form.get("drawn", "").split(","))
    typed = Typed()
    for question in questions:
        if str(question.number) in drawn and question.takes_answer and not question.read_only:
            _read(question, form, files, held, typed)
    return typed


def _read(
    question: Question,
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    held: Mapping[str, Any],
    typed: Typed,
) -> None:
    name = field_of(question)
    if question.type == "file":
        typed.values[question.name] = _kept(question, form.getlist(f"{name}-keep"), held)
        new = [one for one in files.getlist(name) if one.filename]
        if new:
            typed.files[question.name] = new if question.many else new[:1]
        return
    typed.values[question.name] = _value(question, name, form, typed)
    if question.comment:
        typed.values[question.comment_name] = _text(form.get(f"{name}-comment"))
    elif question.other:
        chosen = typed.values[question.name]
        other = chosen == OTHER or (isinstance(chosen, list) and OTHER in chosen)
        said = _text(form.get(f"{name}-other")) if other else None
        typed.values[question.name + COMMENT] = said


def _value(  # noqa: PLR0911 -- a case for each kind of question
    question: Question, name: str, form: MultiDict[str, str], typed: Typed
) -> Any:
    kind = question.type
    if kind in ONE:
        return _chosen(question, form.get(name))
    if kind in LISTS:
        found = [_chosen(question, one) for one in form.getlist(name)]
        return [one for one in found if one is not None] or None
    if kind == "ranking":
        return _ranked(question, name, form, typed)
    if kind == "rating":
        return _at([one.value for one in steps_of(question)], form.get(name))
    if kind == "boolean":
        answers = {"1": question.true_value, "0": question.false_value}
        return answers.get(form.get(name, ""))
    if kind == "matrix":
        columns = [one.value for one in question.columns]
        rows = {
            str(row.value): _at(columns, form.get(f"{name}-r{place}"))
            for place, row in enumerate(question.rows)
        }
        return {row: value for row, value in rows.items() if value is not None} or None
    if question.cells:
        return _cells(question, name, form, typed)
    return _written(question, form.get(name), typed)


def _cells(question: Question, name: str, form: MultiDict[str, str], typed: Typed) -> Any:
    found: dict[str, Any] = {}
    for place, row in enumerate(question.rows):
        cells = {
            cell.name: _value(cell, f"{name}-r{place}-c{column}", form, typed)
            for column, cell in enumerate(question.cells)
        }
        filled = {key: value for key, value in cells.items() if value is not None}
        if filled:
            found[str(row.value)] = filled
    return found or None


def _written(question: Question, typed_text: str | None, typed: Typed) -> Any:
    text = _text(typed_text)
    if text is None or question.type != "text" or question.input not in NUMBERS:
        return text
    number = number_of(text)
    if number is None:
        typed.errors.setdefault(question.name, []).append(_("Write a number."))
        return text
    return number


def number_of(text: str) -> float | None:
    """Return the number that was typed, whole where it is; None if it is none."""
    try:
        number = float(text.replace(",", ".")) if len(text) < 40 else None
    except ValueError:
        return None
    if number is None or number != number or abs(number) > 1e15:  # noqa: PLR0124 -- NaN
        return None
    return int(number) if number == int(number) else number


def _ranked(question: Question, name: str, form: MultiDict[str, str], typed: Typed) -> Any:
    """Return choices in the order of the places given to them; all of them, or none."""
    given = {place: form.get(f"{name}-k{place}", "") for place in range(len(question.choices))}
    filled = {
        place: int(text) for place, text in given.items() if text.isdecimal() and len(text) < 4
    }
    if not filled:
        return None
    if len(set(filled.values())) < len(filled):
        typed.errors.setdefault(question.name, []).append(_("Give each its own place."))
    ordered = sorted(filled, key=lambda place: (filled[place], place))
    return [question.choices[place].value for place in ordered]


def _chosen(question: Question, given: str | None) -> Any:
    if given == OTHER and question.other:
        return OTHER
    if given == NONE and question.none:
        return NONE
    return _at([one.value for one in question.choices], given)


def _at(values: Sequence[Any], place: str | None) -> Any:
    if place is None or not place.isdecimal() or len(place) > 5 or int(place) >= len(values):
        return None
    return values[int(place)]


def _kept(question: Question, keep: Sequence[str], held: Mapping[str, Any]) -> Any:
    there = held.get(question.name)
    wanted = {f"upload:{one}" for one in keep if _is_id(one)}
    if not isinstance(there, list):
        return None
    return [one for one in there if isinstance(one, dict) and one.get("content") in wanted] or None


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _text(typed: str | None) -> str | None:
    if typed is None or not typed.strip():
        return None
    return typed if len(typed) > _MOST_TYPED else typed.strip()
