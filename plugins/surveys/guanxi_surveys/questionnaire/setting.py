"""Questions that set their own value: ``setValueIf``, ``setValueExpression``, ``resetValueIf``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guanxi_surveys.questionnaire import choosing
from guanxi_surveys.questionnaire.plan import Setting, Watched
from guanxi_surveys.questionnaire.values import at_path, is_empty, is_same

if TYPE_CHECKING:
    from guanxi_surveys.questionnaire.state import State


def touched(keys: Mapping[str, Any], watched: Watched) -> bool:
    """Tell whether a value that an expression reads is among those that changed.

    A pair is the old and the new value: what is read inside of it has to differ.
    """
    for name, path in watched.names:
        if name not in keys:
            continue
        if not path:
            return True
        value = keys[name]
        if value is None:
            continue
        if not isinstance(value, tuple) or not is_same(
            at_path(value[0], path), at_path(value[1], path)
        ):
            return True
    return False


def run_settings(state: "State", name: str, value: Any) -> None:
    """Let each question set itself if what it goes by has changed."""
    for setting in state.plan.settings:
        if setting.question.name in state.setting:
            continue
        keys = {name: value} if state.changed is None else dict(state.changed)
        _run(state, setting, keys)


def _run(state: "State", setting: Setting, keys: Mapping[str, Any]) -> None:
    question = setting.question
    reset_if = setting.reset_if
    if reset_if is not None and state.is_answered(question) and _due(keys, reset_if, None):
        _reset(state, setting, reset_if)
    if setting.set_if is not None:
        if _due(keys, setting.set_if, setting.set_to) and _is_true(
            state.evaluate(setting.set_if.expression)
        ):
            if setting.set_to is None:
                state.clear(question)
            else:
                state.assign(question, state.evaluate(setting.set_to.expression))
    elif setting.set_to is not None and _due(keys, setting.set_to, None):
        state.assign(question, state.evaluate(setting.set_to.expression))


def _reset(state: "State", setting: Setting, when: Watched) -> None:
    if state.evaluate(when.expression) is not True:
        return
    default = choosing.default_of(setting.question)
    if is_empty(default):
        state.clear(setting.question)
    else:
        state.assign(setting.question, default)


def _due(keys: Mapping[str, Any], first: Watched, second: Watched | None) -> bool:
    """Tell whether an expression is run for these changes, as SurveyJS decides it."""
    because = _reason(keys, first)
    if because == "value":
        return True
    if second is None:
        return because != ""
    return _reason(keys, second) != ""


def _reason(keys: Mapping[str, Any], watched: Watched) -> str:
    if watched.unbidden:
        return "function"
    if not watched.names:
        return "constant"
    return "value" if touched(keys, watched) else ""


def _is_true(result: Any) -> bool:
    """Tell whether a result counts as true in JavaScript."""
    return not (result is None or result is False or result in (0, ""))
