"""Choices: which are offered, which are kept when others go away, and defaults."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guanxi_surveys.expressions import Expression
from guanxi_surveys.questionnaire.model import (
    CHOOSING,
    MULTIPLE,
    NONE,
    OTHER,
    Choice,
    Question,
)
from guanxi_surveys.questionnaire.values import is_empty, number_in

if TYPE_CHECKING:
    from guanxi_surveys.questionnaire.state import State

LATEST_DATE = "2999-12-31"
DATED = frozenset({"date", "datetime-local"})
RANGED = frozenset({"number", "range", "date", "datetime-local", "month", "time", "week"})


@dataclass(frozen=True, slots=True)
class Offered:
    """The choices of a question that are to be seen, and which of them can be taken."""

    visible: tuple[Choice, ...]
    enabled: tuple[bool, ...]

    def has(self, value: Any) -> bool:
        """Tell whether a value is among those to be seen."""
        return any(_is_value(choice, value) for choice in self.visible)


def offered(state: "State", question: Question) -> Offered:
    """Return what a question offers now, in its written order."""
    found = state.choices.get(question.name)
    if found is None:
        found = Offered(question.choices, (True,) * len(question.choices))
        state.choices[question.name] = found
    return found


def choose_anew(state: "State", question: Question) -> None:
    """See which choices are to be seen now; answers whose choices went away go with them."""
    before = offered(state, question)
    visible, enabled = [], []
    for choice in question.choices:
        if _holds(state, choice.visible_if or question.choices_visible_if, choice):
            visible.append(choice)
            enabled.append(_holds(state, choice.enable_if or question.choices_enable_if, choice))
    state.choices[question.name] = Offered(tuple(visible), tuple(enabled))
    if before.visible != tuple(visible):
        if question.type == "ranking":
            complete_ranking(state, question)
        clear_unknown(state, question)


def _holds(state: "State", expression: Expression | None, choice: Choice) -> bool:
    if expression is None:
        return True
    own = {"item": choice.value, "choice": choice.value}
    return expression.holds({**state.scope, **own}, now=state.now, strict=state.plan.ranked)


def clear_unknown(state: "State", question: Question) -> None:
    """Take away what was chosen and is not offered; give back what is offered again."""
    if question.type in MULTIPLE:
        _clear_some(state, question)
        return
    value = state.scope.get(question.name)
    if not is_empty(value) and not is_known(state, question, value):
        state.clear(question, comment=False)


def _clear_some(state: "State", question: Question) -> None:
    value = state.scope.get(question.name)
    hidden = state.hidden_choices.get(question.name, [])
    if not hidden and not value:
        return
    offers = offered(state, question)
    chosen = value if isinstance(value, list) else []
    back = [one for one in hidden if offers.has(one)]
    left = [one for one in hidden if one not in back]
    back = [one for one in _in_order(question, back) if one not in chosen]
    kept = [one for one in chosen if is_known(state, question, one)]
    left += [one for one in chosen if one not in kept]
    if len(kept) != len(chosen) or back:
        state.hidden_choices[question.name] = left
        if kept or back:
            state.assign(question, [*kept, *back])
        else:
            state.clear(question, comment=False)
        state.hidden_choices[question.name] = left
    elif hidden:
        state.hidden_choices[question.name] = left


def _in_order(question: Question, values: Sequence[Any]) -> list[Any]:
    return [choice.value for choice in question.choices if choice.value in values]


def is_known(state: "State", question: Question, value: Any) -> bool:
    """Tell whether a question offers a value, its own extra choices counted."""
    if value == OTHER:
        return True
    if question.none and value == NONE:
        return True
    return offered(state, question).has(value)


def is_other(question: Question, value: Any) -> bool:
    """Tell whether "other" was chosen where it is offered."""
    return question.other and (value == OTHER or (isinstance(value, list) and OTHER in value))


def leave_other(state: "State", question: Question, value: Any) -> None:
    """Take the text of "other" away where "other" is chosen no more."""
    if (
        question.type in CHOOSING
        and not question.comment
        and question.comment_name in state.data
        and not is_other(question, value)
    ):
        state.put(question.comment_name, None, related=question.name)


def clear_unknown_cells(state: "State", question: Question) -> None:
    """Keep of a matrix only what its rows and columns offer."""
    value = state.scope.get(question.name)
    if not isinstance(value, dict):
        return
    kept = {
        key: cell
        for key, cell in value.items()
        if any(_is_value(row, key) for row in question.rows)
        and any(_is_value(column, cell) for column in question.columns)
    }
    if kept != value:
        state.assign(question, kept)


def complete_ranking(state: "State", question: Question) -> None:
    """Let an answered ranking hold each choice that is to be seen, once."""
    value = state.scope.get(question.name)
    if is_empty(value) or not isinstance(value, list):
        return
    seen = [choice.value for choice in offered(state, question).visible]
    ranked = [one for at, one in enumerate(value) if one in seen and one not in value[:at]]
    ranked += [one for one in seen if one not in ranked]
    if ranked != value:
        state.assign(question, ranked)


def default_of(question: Question) -> Any:
    """Return the value that a question has before it is answered."""
    default = question.default
    if question.type == "boolean":
        if default in ("true", question.true_value) or default is True:
            return question.true_value
        if default in ("false", question.false_value) or default is False:
            return question.false_value
        return None
    return list(default) if isinstance(default, list) else default


def _is_value(choice: Choice, value: Any) -> bool:
    return bool(choice.value == value and isinstance(choice.value, bool) == isinstance(value, bool))


def limits_of(state: "State", question: Question) -> tuple[Any, Any]:
    """Return the least and the most that may be written into a question; None: anything."""
    least, most = question.least, question.most
    if question.least_from is not None and not state.loading:
        least = _written(state.evaluate(question.least_from))
    if question.most_from is not None and not state.loading:
        most = _written(state.evaluate(question.most_from))
    if question.input in DATED and is_empty(most):
        most = LATEST_DATE
    return (None if is_empty(least) else least), (None if is_empty(most) else most)


def _written(value: Any) -> Any:
    """Return a date as an answer has it."""
    return value.date().isoformat() if hasattr(value, "date") else value


def is_below(question: Question, value: Any, least: Any) -> bool:
    """Tell whether ``value`` is less than ``least``, as dates, numbers or words."""
    if least is None or is_empty(value):
        return False
    if question.input in {"number", "range"}:
        one, other = number_in(value), number_in(least)
        return one is not None and other is not None and one < other
    if question.input in DATED:
        one_day, other_day = _full(value), _full(least)
        return bool(one_day and other_day and one_day < other_day)
    return str(value) < str(least)


def _full(value: Any) -> str:
    """Return a date with its time, so that two compare as text; empty if it is none."""
    text = str(value)
    if not text[:4].isdecimal():
        return ""
    return text if "T" in text else text + "T00:00"


def out_of_range(state: "State", question: Question, value: Any) -> bool:
    """Tell whether what was written is outside the limits, and so is not taken over."""
    if question.type != "text" or question.input not in RANGED or is_empty(value):
        return False
    least, most = limits_of(state, question)
    return is_below(question, value, least) or (
        most is not None and is_below(question, most, value)
    )
