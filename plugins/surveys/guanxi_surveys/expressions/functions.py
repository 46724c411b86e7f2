"""The built-in functions of numbers, texts and choices; `FUNCTIONS` has all of them by name.

Each takes the context and its parameters. What asks for the questionnaire (``displayValue``,
``isContainerReady``) is given to the evaluation by who has one; without it the result is what the
reference gives outside a questionnaire: nothing.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from guanxi_surveys.expressions.arithmetic import as_number, rounded_sum
from guanxi_surveys.expressions.context import Context
from guanxi_surveys.expressions.date_functions import DATE_FUNCTIONS
from guanxi_surveys.expressions.javascript import (
    UNDEFINED,
    added,
    is_less,
    is_nothing,
    is_true,
    to_number,
    units,
)
from guanxi_surveys.expressions.numerals import NAN, is_number, read_whole, simplified, written

BuiltIn = Callable[[Context, list[Any]], Any]

_EPSILON: Final = 2.0**-52


def flattened(values: list[Any]) -> Iterator[Any]:
    """Yield what lists inside lists hold, without what is missing, numbers as numbers."""
    waiting = [iter(values)]
    while waiting:
        for value in waiting[-1]:
            if isinstance(value, list):
                waiting.append(iter(value))
                break
            if not is_nothing(value):
                number = as_number(value)
                yield number if number == number else value  # noqa: PLR0124 -- NaN is not itself
        else:
            waiting.pop()


def total(context: Context, parameters: list[Any]) -> Any:
    """``sum(...)``: of all numbers, however deep in lists."""
    context.work.handle(parameters)
    found: Any = 0
    for value in flattened(parameters):
        found = rounded_sum(found, value, added(found, value))
        if isinstance(found, str):
            context.work.make(len(found) << 8)
    return found


def least(context: Context, parameters: list[Any]) -> Any:
    """``min(...)``."""
    context.work.handle(parameters)
    found: Any = UNDEFINED
    for value in flattened(parameters):
        if found is UNDEFINED or is_less(value, found):
            found = value
    return found


def greatest(context: Context, parameters: list[Any]) -> Any:
    """``max(...)``."""
    context.work.handle(parameters)
    found: Any = UNDEFINED
    for value in flattened(parameters):
        if found is UNDEFINED or is_less(found, value):
            found = value
    return found


def count(context: Context, parameters: list[Any]) -> Any:
    """``count(...)``: how many values are not missing."""
    context.work.handle(parameters)
    return sum(1 for _ in flattened(parameters))


def average(context: Context, parameters: list[Any]) -> Any:
    """``avg(...)``; 0 of nothing."""
    number = count(context, parameters)
    if not number:
        return 0
    return simplified(float(to_number(total(context, parameters))) / number)


def rounded(_context: Context, parameters: list[Any]) -> Any:
    """``round(x, decimals)``: half away from zero."""
    number, precision = _with_precision(parameters, absent=0)
    if number is None:
        return NAN
    try:
        factor = math.pow(10, precision)
        moved = number * factor * (1 + _EPSILON)
        below = math.floor(moved)
        return simplified((below + (moved - below >= 0.5)) / factor)
    except (OverflowError, ValueError, ZeroDivisionError):
        return NAN


def truncated(_context: Context, parameters: list[Any]) -> Any:
    """``trunc(x, decimals)``: the digits as they are written, without those beyond."""
    number, precision = _with_precision(parameters, absent=-1)
    if number is None:
        return NAN
    kept = 0 < precision < 1e21 and precision == math.floor(precision)
    most = f"(?:.[0-9]{{0,{int(min(precision, 400))}}})?" if kept else ""
    found = re.match(r"-?[0-9]+" + most, written(number))
    return read_whole(found.group()) if found else NAN


def _with_precision(parameters: list[Any], *, absent: int) -> tuple[Any, Any]:
    """Return the first two values if they are numbers, otherwise None and None."""
    values = list(flattened(parameters))
    number = values[0] if values else None
    precision = values[1] if len(values) > 1 and is_true(values[1]) else absent
    if not is_number(number) or not is_number(precision):
        return None, None
    return number, simplified(precision)


def choice(_context: Context, parameters: list[Any]) -> Any:
    """``iif(condition, then, else)``."""
    if len(parameters) < 2:
        return None
    if is_true(parameters[0]):
        return parameters[1]
    return parameters[2] if len(parameters) > 2 else UNDEFINED


def substring(context: Context, parameters: list[Any]) -> Any:
    """``substring(text, start, end)``; a character that would be cut in two is left out."""
    text, start, end = [*parameters, UNDEFINED, UNDEFINED, UNDEFINED][:3]
    if len(parameters) < 2 or not isinstance(text, str):
        return ""
    if not _counts(start):
        return ""
    context.work.handle(text)
    coded = units(text)
    size = len(coded) // 2
    begin, end = sorted((_place(start, size), _place(end, size) if _counts(end) else size))
    return coded[begin * 2 : end * 2].decode("utf-16-be", "ignore")


def _counts(value: Any) -> bool:
    number = as_number(value)
    return number == number  # noqa: PLR0124 -- NaN is not itself


def _place(value: Any, size: int) -> int:
    number = to_number(value)
    if number != number:  # noqa: PLR0124 -- NaN is not itself
        return 0
    return int(min(max(number, 0), size))


def _nothing(_context: Context, _parameters: list[Any]) -> Any:
    return UNDEFINED


def _no(_context: Context, _parameters: list[Any]) -> Any:
    return False


FUNCTIONS: Final[Mapping[str, BuiltIn]] = {
    "sum": total,
    "min": least,
    "max": greatest,
    "count": count,
    "avg": average,
    "round": rounded,
    "trunc": truncated,
    "iif": choice,
    "substring": substring,
    "isContainerReady": _no,
    "isDisplayMode": _nothing,
    "displayValue": _nothing,
    "propertyValue": _nothing,
    "getComment": _nothing,
    **DATE_FUNCTIONS,
}
