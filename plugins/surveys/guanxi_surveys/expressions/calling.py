"""Calls of functions: the caller's own first, then the built-in ones; unknown ones give nothing."""

import re
from collections.abc import Sequence
from typing import Any, Final

from guanxi_surveys.expressions.context import Context
from guanxi_surveys.expressions.faults import ExpressionError
from guanxi_surveys.expressions.functions import FUNCTIONS
from guanxi_surveys.expressions.javascript import as_json, to_number
from guanxi_surveys.expressions.list_functions import LIST_FUNCTIONS, Condition, Over, Rows
from guanxi_surveys.expressions.parts import Part, Run

_NOT_A_NAME: Final = re.compile(r"[{}><=!]")

READING: Final = 4
"""Steps that it takes to read a character of a condition that was not known before."""


def called(name: str, parts: Sequence[Part]) -> Run:
    """Return a function that evaluates the parameters and calls ``name`` with them."""
    runs = [part.run for part in parts]
    over = LIST_FUNCTIONS.get(name)
    built_in = FUNCTIONS.get(name)

    def run(context: Context) -> Any:
        own = context.functions and context.functions.get(name)
        parameters = [one(context) for one in runs]
        if own:
            return own([as_json(one) for one in parameters])
        if over:
            return _over_rows(context, over, parameters, parts)
        return built_in(context, parameters) if built_in else None

    return run


def _over_rows(context: Context, over: Over, parameters: list[Any], parts: Sequence[Part]) -> Any:
    """Call a function over rows; without a list and a name it is as if there were no row."""
    rows, name = [*parameters, None, None][:2]
    if not 2 <= len(parameters) <= 4 or not isinstance(name, str):
        return over(context, Rows([], "", "", None))
    returned, place = name, 2
    if len(parameters) > 2 and parts[2].constant and _is_name(parameters[2]):
        returned, place = parameters[2], 3
    condition = _condition(context, parameters, parts, place)
    return over(context, Rows(rows, name, returned, condition))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and not _NOT_A_NAME.search(value)


def _condition(
    context: Context, parameters: list[Any], parts: Sequence[Part], place: int
) -> Condition | None:
    """Return the condition on a row: a parameter that is a text is one, or the parameter itself."""
    if place >= len(parameters):
        return None
    written = parameters[place]
    run = parts[place].run
    if isinstance(written, str) and written:
        known = parts[place].constant
        context.work.spend(0 if known else READING * len(written))
        run = _written(written, known=known)
    return lambda row: to_number(run(row)) == 1


def _written(text: str, *, known: bool) -> Run:
    """Return the condition that a text is; one that cannot be read holds for no row.

    What the author wrote is ``known`` and kept; what came from an answer is not.
    """
    from guanxi_surveys.expressions import reading  # noqa: PLC0415 -- they need each other

    try:
        return (reading.parse(text) if known else reading.parse_anew(text)).run
    except ExpressionError:
        return lambda _: False
