"""Finding the value of a name: ``{a}``, ``{panel.x}``, ``{list[0].x}``, ``{list[-1]}``, ``{#a}``.

Points may be part of a name; the longest name that is there is taken.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from guanxi_surveys.expressions.context import MISSING, Context
from guanxi_surveys.expressions.faults import ExpressionError
from guanxi_surveys.expressions.javascript import UNDEFINED, text_length
from guanxi_surveys.expressions.numerals import EXACT, NAN, Number, read_answer, simplified
from guanxi_surveys.expressions.parts import Run
from guanxi_surveys.texts import N_

PARTS: Final = 20
"""Of one name, with points between."""


_MAYBE_OTHER: Final = frozenset("0123456789+-.tTfF'\" \t\n\r\v\f\xa0\ufeff\u3000,")
"""How a text begins that may be a number, true, false or in quotes."""


class Step(NamedTuple):
    """A part of a path: a name, and the place in the list that it holds."""

    name: str
    place: Number | None


def variable(name: str) -> Run:
    """Return a function that finds the value of a name, converted to what it says.

    A text that looks like a number or a truth value is one, unless the name begins with ``#``.
    """
    as_it_is = len(name) > 1 and name[0] == "#"
    name = name[1:] if as_it_is else name
    found = _finder(name)
    absent = _constant_object(name)

    def read(context: Context) -> Any:
        value = found(context)
        if value is MISSING:
            return absent
        if type(value) is str:
            if as_it_is or not value or value[0] not in _MAYBE_OTHER:
                return value
            return corrected(value)
        if type(value) is int and not -EXACT <= value <= EXACT:
            return simplified(value)
        return value

    return read


def corrected(value: str) -> Any:
    """Return what a text says: a truth value, the inside of quotes, a number, or the text."""
    if len(value) < 6 and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if len(value) > 1 and value[0] in "'\"" and value[-1] in "'\"":
        return value[1:-1]
    number = read_answer(value)
    if number != number or _is_code(value):  # noqa: PLR0124 -- NaN is not itself
        return value
    return number


def _is_code(value: str) -> bool:
    """Tell whether a text begins with a zero that a number would lose."""
    if value[0] != "0" or value.startswith("0x") or len(value) == 1:
        return False
    return value[1] not in ".,"


def _finder(name: str) -> Run:
    steps = _steps(name.removeprefix("$"))
    counted = name.endswith(".length")
    if len(steps) == 1 and steps[0].place is None:
        return _plain_finder(steps[0].name)

    def find(context: Context | None) -> Any:
        while context is not None:
            value = _walk(context, steps)
            if value is not MISSING:
                return value
            context = context.outer
        return 0 if counted else MISSING

    return find


def _plain_finder(name: str) -> Run:
    def find(context: Context | None) -> Any:
        while context is not None:
            value = context.find(name)
            if value is not MISSING:
                return value
            context = context.outer
        return MISSING

    return find


def _steps(name: str) -> Sequence[Step]:
    parts = name.split(".")
    if len(parts) > PARTS:
        raise ExpressionError(N_("A name has more than %(most)s parts."), most=PARTS)
    return [_step(part) for part in parts]


def _step(part: str) -> Step:
    start = part.rfind("[")
    if part.endswith("]") and start > -1:
        index = read_answer(part[start + 1 : -1])
        if index == index:  # noqa: PLR0124 -- NaN is not itself
            return Step(part[:start], index)
    return Step(part, None)


def _walk(context: Context, steps: Sequence[Step]) -> Any:
    held: Any = context
    at = 0
    while at < len(steps):
        end = next((i for i in range(at, len(steps)) if steps[i].place is not None), len(steps) - 1)
        for last in range(end, at - 1, -1):
            context.work.spend(len(held) if isinstance(held, dict) else 1)
            value = _property(held, ".".join(step.name for step in steps[at : last + 1]))
            if value is not MISSING:
                break
        else:
            return MISSING
        index = steps[last].place
        held = value if index is None else _item(value, index)
        if held is MISSING:
            return MISSING
        at = last + 1
    return held


def _property(held: Any, name: str) -> Any:  # noqa: PLR0911 -- one for each type
    """Return a property of an object in any case, the length of a list or text, or an item."""
    if not name:
        return MISSING
    if isinstance(held, Context):
        return held.find(name)
    if isinstance(held, dict):
        if name in held:
            return held[name]
        low = name.lower()
        return next((value for key, value in held.items() if key.lower() == low), MISSING)
    if isinstance(held, str):
        return text_length(held) if held and name == "length" else MISSING
    if isinstance(held, list):
        return _of_list(held, name)
    return MISSING


def _of_list(held: list[Any], name: str) -> Any:
    if name == "length":
        return len(held)
    if name.isascii() and name.isdigit() and len(name) < 10 and str(int(name)) == name:
        return _item(held, int(name))
    return MISSING


def _item(held: Any, index: Number) -> Any:
    """Return an item of a list, counted from its end if the index is negative."""
    if not isinstance(held, list):
        return MISSING
    index = len(held) + index if index < 0 else index
    if not -1 < index < len(held):
        return MISSING
    return held[int(index)] if index == int(index) and index >= 0 else UNDEFINED


def _constant_object(name: str) -> Any:
    """Return the object that a name of the form ``"x": 1`` writes out, nothing for all others."""
    if name.find(":") < 1:
        return None
    try:
        return json.loads("{" + name + "}", parse_constant=lambda _: NAN)
    except (ValueError, RecursionError):
        return None
