"""Old and short ways of writing SurveyJS's format, written the present way.

``hasOther`` becomes ``showOtherItem``, elements without a page come on one, a validator's type
loses its ending, and so on: what ``reading`` then sees has one form.
"""

from collections.abc import Mapping
from typing import Any, Final

from guanxi_surveys.questionnaire import elsewhere

ENDINGS: Final = ("validator", "trigger")


def tidy(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``definition`` in the present form; what it does not understand stays as it is."""
    tidied: dict[str, Any] = _renamed(definition)
    loose = tidied.pop("elements", None)
    if loose is not None and "pages" not in tidied:
        tidied["pages"] = [{"name": "page1", "elements": loose}]
    if isinstance(tidied.get("pages"), list):
        tidied["pages"] = [_element(page) for page in tidied["pages"]]
    if isinstance(tidied.get("triggers"), list):
        tidied["triggers"] = [_rule(trigger) for trigger in tidied["triggers"]]
    if tidied.pop("isSinglePage", False) is True:
        tidied["questionsOnPageMode"] = "singlePage"
    return tidied


def _renamed(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``thing`` with the present names of its properties."""
    renamed: dict[str, Any] = {}
    for name, value in thing.items():
        present = elsewhere.OLD_NAMES.get(name, name)
        if name == elsewhere.OLD_ELEMENTS and isinstance(value, list):
            present = "elements"
        if present == name or present not in thing:
            renamed[present] = value
    return renamed


def _element(element: Any) -> Any:
    """Return a page, panel or question in the present form."""
    if not isinstance(element, Mapping):
        return element
    tidied = _renamed(element)
    for parts in ("elements",):
        if isinstance(tidied.get(parts), list):
            tidied[parts] = [_element(part) for part in tidied[parts]]
    if isinstance(tidied.get("validators"), list):
        tidied["validators"] = [_rule(validator) for validator in tidied["validators"]]
    if tidied.get("type") == "matrixdropdown" and isinstance(tidied.get("columns"), list):
        tidied["columns"] = [_element(column) for column in tidied["columns"]]
    if "hideNumber" in tidied:
        tidied.setdefault("showNumber", not tidied.pop("hideNumber"))
    return tidied


def _rule(rule: Any) -> Any:
    """Return a validator or trigger in the present form, its condition as an expression."""
    if not isinstance(rule, Mapping):
        return rule
    tidied = _renamed(rule)
    if isinstance(kind := tidied.get("type"), str):
        for ending in ENDINGS:
            if kind.endswith(ending) and kind != ending:
                tidied["type"] = kind.removesuffix(ending)
    if "operator" in tidied or ("name" in tidied and "expression" not in tidied):
        _old_condition(tidied)
    return tidied


def _old_condition(rule: dict[str, Any]) -> None:
    """Write the condition of an old trigger, ``name operator value``, as an expression."""
    name, operator = rule.pop("name", None), rule.pop("operator", "equal")
    value = rule.pop("value", None)
    if not isinstance(name, str) or not isinstance(operator, str) or rule.get("expression"):
        return
    if operator in {"empty", "notempty"}:
        rule["expression"] = f"{{{name}}} {operator}"
    elif value is not None:
        rule["expression"] = f"{{{name}}} {operator} {_operand(value)}"


def _operand(value: Any) -> str:
    """Write a value as an expression has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_operand, value)) + "]"
    quoted = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"
