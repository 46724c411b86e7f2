"""sumInArray and its kin: over the rows of a list, with a condition on each row.

``sumInArray({orders}, 'price', {kind} = 'book')``: names in the condition are those of the row
first, then those of the whole survey. The condition may also be a text.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from guanxi_surveys.expressions.arithmetic import rounded_sum
from guanxi_surveys.expressions.comparing import is_empty
from guanxi_surveys.expressions.context import Context
from guanxi_surveys.expressions.javascript import (
    UNDEFINED,
    added,
    is_less,
    is_nothing,
    to_number,
)
from guanxi_surveys.expressions.numerals import read_answer, simplified

Condition = Callable[[Context], bool]
Over = Callable[[Context, "Rows"], Any]
ROW: Final = 4
"""Steps that it takes to look at a row."""


class Rows(NamedTuple):
    """What one call looks at: the rows, a name in each, a condition, the name to return."""

    rows: Any
    name: str
    returned: str
    condition: Condition | None


def _values(context: Context, asked: Rows) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Yield each row that has the value and meets the condition, with the value."""
    rows = list(asked.rows.values()) if isinstance(asked.rows, dict) else asked.rows
    for row in rows if isinstance(rows, list) else ():
        context.work.spend(ROW)
        value = row.get(asked.name) if isinstance(row, dict) else None
        if is_empty(value):
            continue
        if asked.condition is None or asked.condition(context.inside(row)):
            yield row, value


def _numeral(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    number = read_answer(value)
    return number if number == number else UNDEFINED  # noqa: PLR0124 -- NaN is not itself


def total(context: Context, asked: Rows) -> Any:
    """``sumInArray``."""
    found: Any = 0
    for _, value in _values(context, asked):
        number = _numeral(value)
        if not is_nothing(number):
            found = rounded_sum(found, number, added(found, number))
            context.work.make(len(found) << 8 if isinstance(found, str) else 0)
    return found


def count(context: Context, asked: Rows) -> Any:
    """``countInArray``: rows that have the value at all."""
    return sum(1 for _ in _values(context, asked))


def average(context: Context, asked: Rows) -> Any:
    """``avgInArray``; 0 of nothing."""
    number = count(context, asked)
    return simplified(float(to_number(total(context, asked))) / number) if number else 0


def _best(context: Context, asked: Rows, better: Callable[[Any, Any], bool]) -> Any:
    found: tuple[Mapping[str, Any], Any] | None = None
    for row, value in _values(context, asked):
        number = _numeral(value)
        if not is_nothing(number) and (found is None or better(number, found[1])):
            found = row, number
    if found is None:
        return UNDEFINED
    return found[1] if asked.returned == asked.name else found[0].get(asked.returned, UNDEFINED)


def least(context: Context, asked: Rows) -> Any:
    """``minInArray``, or another value of the row that has the least."""
    return _best(context, asked, is_less)


def greatest(context: Context, asked: Rows) -> Any:
    """``maxInArray``, or another value of the row that has the greatest."""
    return _best(context, asked, lambda one, other: is_less(other, one))


LIST_FUNCTIONS: Final[Mapping[str, Over]] = {
    "sumInArray": total,
    "countInArray": count,
    "avgInArray": average,
    "minInArray": least,
    "maxInArray": greatest,
}
