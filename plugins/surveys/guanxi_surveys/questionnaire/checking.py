"""What is wrong with an answer: required and missing, outside its limits, refused by a check."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from guanxi_surveys.questionnaire import choosing
from guanxi_surveys.questionnaire.emails import is_email
from guanxi_surveys.questionnaire.model import (
    CHOOSING,
    MULTIPLE,
    NONE,
    Panel,
    Question,
    Validator,
)
from guanxi_surveys.questionnaire.values import is_empty, number_in
from guanxi_surveys.questionnaire.wording import Wording

if TYPE_CHECKING:
    from guanxi_surveys.questionnaire.state import State

LARGEST: Final = 1e15
"""Beyond it numbers have no fractions that a step could tell apart."""
_SCALES: Final = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: its kind, the author's own words for it, and numbers to say."""

    kind: str
    """Such as ``required``, ``least``, ``pattern``; ``sentences`` has one for each."""
    text: Wording = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    row: str = ""
    """Of a matrix: the row, and the column in ``column``."""
    column: str = ""


def faults_of(state: "State", question: Question) -> list[Fault]:
    """Return what is wrong with the answer to a question, whether it is there or not."""
    if question.type in CHOOSING:
        choosing.clear_unknown(state, question)
    at = state.plan.index[question.name]
    if not question.takes_answer or not state.is_visible(at) or state.is_read_only(at):
        return []
    value = state.scope.get(question.name)
    faults = list(_cell_faults(question, value))
    own = list(_own_faults(state, question, value, required=state.required[at]))
    return faults + (own or list(_validated(state, question, value)))


def _own_faults(
    state: "State", question: Question, value: Any, *, required: bool
) -> Iterator[Fault]:
    """Yield what the question itself asks for."""
    if required and is_empty(value, spaces=True):
        yield Fault("required", question.required_text)
    if question.type in CHOOSING:
        yield from _choice_faults(state, question, value)
    elif question.type == "text":
        yield from _text_faults(state, question, value)
    elif question.type == "matrix":
        yield from _row_faults(question, value)


def _choice_faults(state: "State", question: Question, value: Any) -> Iterator[Fault]:
    if choosing.is_other(question, value) and not state.data.get(question.comment_name):
        yield Fault("other", question.other_error)
    if question.type not in MULTIPLE:
        return
    chosen = value if isinstance(value, list) else []
    alone = question.none and chosen == [NONE]
    if len(chosen) < question.least_chosen and not alone:
        yield Fault("least_chosen", values={"least": question.least_chosen})
    if 0 < question.most_chosen < len(chosen):
        yield Fault("most_chosen", values={"most": question.most_chosen})


def _text_faults(state: "State", question: Question, value: Any) -> Iterator[Fault]:
    if is_empty(value):
        return
    least, most = choosing.limits_of(state, question)
    if choosing.is_below(question, value, least):
        yield Fault("least", question.least_error, {"least": least})
    if most is not None and choosing.is_below(question, most, value):
        yield Fault("most", question.most_error, {"most": most})
    if question.input == "number" and _is_off_step(value, question.step):
        yield Fault("step", values={"step": question.step})
    checked = any(one.kind == "email" for one in question.validators)
    if question.input == "email" and not checked and not is_email(str(value)):
        yield Fault("email")


def _is_off_step(value: Any, step: float | None) -> bool:
    """Tell whether a number is no multiple of its step, both taken to six places."""
    number = number_in(value)
    if step is None or number is None or max(abs(step), abs(number)) > LARGEST:
        return False
    for scale in _SCALES:
        if round(step * scale) / scale == step and round(number * scale) / scale == number:
            break
    whole = round(step * scale)
    return whole > 0 and round(number * scale) % whole != 0


def _row_faults(question: Question, value: Any) -> Iterator[Fault]:
    given = value if isinstance(value, Mapping) else {}
    cells = [given.get(str(row.value)) for row in question.rows]
    if question.each_row_required and any(is_empty(cell) for cell in cells):
        yield Fault("each_row")
    filled = [str(cell) for cell in cells if not is_empty(cell)]
    if question.each_row_unique and len(set(filled)) < len(filled):
        yield Fault("unique")


def _cell_faults(question: Question, value: Any) -> Iterator[Fault]:
    """Yield what is wrong inside of a matrix of several answers a row."""
    if question.type != "matrixdropdown":
        return
    given = value if isinstance(value, Mapping) else {}
    for row in question.rows:
        cells = given.get(str(row.value)) or {}
        for cell in question.cells:
            for fault in _cell(cell, cells.get(cell.name)):
                yield Fault(fault.kind, fault.text, fault.values, str(row.value), cell.name)


def _cell(cell: Question, value: Any) -> list[Fault]:
    if cell.required and is_empty(value, spaces=True):
        return [Fault("required", cell.required_text)]
    faults = []
    if cell.type == "text" and not is_empty(value):
        if choosing.is_below(cell, value, cell.least):
            faults.append(Fault("least", cell.least_error, {"least": cell.least}))
        if cell.most is not None and choosing.is_below(cell, cell.most, value):
            faults.append(Fault("most", cell.most_error, {"most": cell.most}))
        if cell.input == "email" and not is_email(str(value)):
            faults.append(Fault("email"))
    if cell.type in MULTIPLE:
        count = len(value) if isinstance(value, list) else 0
        if count < cell.least_chosen:
            faults.append(Fault("least_chosen", values={"least": cell.least_chosen}))
        if 0 < cell.most_chosen < count:
            faults.append(Fault("most_chosen", values={"most": cell.most_chosen}))
    return faults


def _validated(state: "State", question: Question, value: Any) -> Iterator[Fault]:
    for validator in question.validators:
        fault = _check(state, validator, value)
        if fault is not None:
            yield fault


def _check(state: "State", validator: Validator, value: Any) -> Fault | None:
    if validator.kind == "expression":
        if validator.expression is None or state.holds(validator.expression):
            return None
        return Fault("expression", validator.text)
    return None if is_empty(value) else _CHECKS[validator.kind](validator, value)


def _address(validator: Validator, value: Any) -> Fault | None:
    return None if is_email(str(value)) else Fault("email", validator.text)


def _numeric(validator: Validator, value: Any) -> Fault | None:
    number = number_in(value)
    if number is None:
        return Fault("number", validator.text)
    if validator.least is not None and number < validator.least:
        return Fault("least", validator.text, {"least": validator.least})
    if validator.most is not None and number > validator.most:
        return Fault("most", validator.text, {"most": validator.most})
    return None


def _text(validator: Validator, value: Any) -> Fault | None:
    if not validator.digits and str(value)[-1:] in set("0123456789"):
        return Fault("digits", validator.text)
    if not isinstance(value, (str, list)):
        return None
    if validator.least is not None and len(value) < validator.least:
        return Fault("shortest", validator.text, {"least": validator.least})
    if validator.most is not None and 0 < validator.most < len(value):
        return Fault("longest", validator.text, {"most": validator.most})
    return None


def _count(validator: Validator, value: Any) -> Fault | None:
    if not isinstance(value, list):
        return None
    if validator.least and len(value) < validator.least:
        return Fault("least_chosen", validator.text, {"least": validator.least})
    if validator.most and len(value) > validator.most:
        return Fault("most_chosen", validator.text, {"most": validator.most})
    return None


def _pattern(validator: Validator, value: Any) -> Fault | None:
    if validator.pattern is None:
        return None
    texts = [*value, ",".join(map(str, value))] if isinstance(value, list) else [value]
    if all(validator.pattern.found_in(_as_text(text)) for text in texts):
        return None
    return Fault("pattern", validator.text)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_CHECKS: Final[Mapping[str, Callable[[Validator, Any], Fault | None]]] = {
    "numeric": _numeric,
    "text": _text,
    "answercount": _count,
    "regex": _pattern,
    "email": _address,
}


def panel_fault(state: "State", panel: Panel) -> Question | None:
    """Return the first question of a panel that asks for one answer at least and has none."""
    at = state.plan.at(panel)
    if not state.required[at] or state.is_read_only(at):
        return None
    seen = [question for question in panel.questions() if state.is_shown(question)]
    if not seen or any(state.is_answered(question) for question in seen):
        return None
    return seen[0]
