"""Triggers: a condition that comes true ends the questionnaire, skips, or sets a value."""

from typing import TYPE_CHECKING, Any, Final

from guanxi_surveys.questionnaire import checking, choosing
from guanxi_surveys.questionnaire.model import CHOOSING
from guanxi_surveys.questionnaire.plan import ALL, Rule
from guanxi_surveys.questionnaire.setting import touched
from guanxi_surveys.questionnaire.values import is_same

if TYPE_CHECKING:
    from guanxi_surveys.questionnaire.state import State

ROUNDS: Final = 3
"""How often triggers run again for values that triggers set."""


def run_triggers(state: "State", keys: dict[str, Any], *, question: str) -> None:
    """Run the triggers that go by values which changed, at once."""
    if state.trigger_keys is None:
        changed = 0
        for name in keys:
            changed |= state.plan.bits.get(name, ALL)
        if not any(rule.mask & changed for rule in state.plan.rules):
            _clear_unknown(state, question)
            return
    _run(state, keys, question=question, leaving=False)


def _clear_unknown(state: "State", name: str) -> None:
    """Do to an answer what checking does, where triggers go by its being right."""
    found = state.questionnaire.by_name.get(name)
    if found is not None and found.type in CHOOSING and _goes_by_rightness(state):
        choosing.clear_unknown(state, found)


def _goes_by_rightness(state: "State") -> bool:
    return any(rule.trigger.kind in {"complete", "skip"} for rule in state.plan.rules)


def run_on_leaving(state: "State", page: int) -> None:
    """Run what runs when a page is left: triggers that end the questionnaire."""
    if not state.plan.rules:
        return
    questions = state.questionnaire.pages[page].questions()
    keys = {question.name: state.data.get(question.name) for question in questions}
    keys.update(
        {value.name: state.variables.get(value.name) for value in state.questionnaire.calculated}
    )
    _run(state, keys, question="", leaving=True)


def _run(state: "State", keys: dict[str, Any], *, question: str, leaving: bool) -> None:
    if state.completed:
        return
    if state.trigger_keys is not None:
        state.trigger_keys.update(keys)
        return
    invalid = bool(question) and _is_invalid(state, question)
    state.trigger_keys = keys
    for _ in range(ROUNDS):
        before = dict(state.trigger_keys)
        for rule in state.plan.rules:
            if not (invalid and rule.trigger.kind in {"complete", "skip"}):
                _check(state, rule, leaving=leaving)
        new = {
            key: value
            for key, value in state.trigger_keys.items()
            if key not in before or not _is_same_change(before[key], value)
        }
        if not new:
            break
        state.trigger_keys = new
    state.trigger_keys = None


def _is_same_change(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return is_same(one[0], other[0]) and is_same(one[1], other[1])
    return not isinstance(one, tuple) and not isinstance(other, tuple) and is_same(one, other)


def _is_invalid(state: "State", name: str) -> bool:
    """Tell whether the answer that changed is wrong, in which case nothing is skipped for it."""
    found = state.questionnaire.by_name.get(name)
    if found is None or not _goes_by_rightness(state):
        return False
    return bool(checking.faults_of(state, found))


def _check(state: "State", rule: Rule, *, leaving: bool) -> None:
    """Run one trigger if it is due and its condition is true."""
    trigger, keys = rule.trigger, state.trigger_keys or {}
    if leaving and trigger.kind != "complete":
        return
    if not leaving and trigger.kind == "complete":
        return
    if trigger.kind == "setvalue" and list(keys) == [trigger.target]:
        return
    watched = rule.when
    if watched.names and not watched.unbidden and not touched(keys, watched):
        return
    if state.evaluate(watched.expression) is not True:
        return
    _act(state, rule)


def _act(state: "State", rule: Rule) -> None:
    trigger = rule.trigger
    if trigger.kind == "complete":
        state.ended_early = True
    elif trigger.kind == "skip":
        _skip(state, trigger.target)
    elif trigger.kind == "setvalue":
        set_value(state, trigger.target, trigger.value, variable=trigger.variable)
    elif trigger.run is not None:
        value = state.evaluate(trigger.run)
        if trigger.target and value is not None:
            set_value(state, trigger.target, value)


def _skip(state: "State", name: str) -> None:
    """Go to the page of a question that can be seen."""
    target = state.plan.known.get(name.lower(), name)
    question = state.questionnaire.by_name.get(target)
    if question is None or not state.is_visible(state.plan.index[question.name]):
        return
    page = state.plan.page_of[question.name]
    if state.is_visible(state.plan.at(state.questionnaire.pages[page])):
        state.current = page


def set_value(state: "State", name: str, value: Any, *, variable: bool = False) -> None:
    """Set an answer, or another value if no question has that name."""
    known = state.plan.known.get(name.lower(), name)
    question = state.questionnaire.by_name.get(known)
    if variable:
        state.put_variable(known, value)
    elif question is not None:
        state.assign(question, value)
    elif "." not in known:
        state.put(known, value)
