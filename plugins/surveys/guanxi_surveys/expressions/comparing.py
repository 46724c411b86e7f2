"""How survey-core compares: loose equality, empty values, order with dates."""

from datetime import datetime
from typing import Any, Final

from guanxi_surveys.expressions.dates import as_compared
from guanxi_surveys.expressions.faults import NoResultError
from guanxi_surveys.expressions.javascript import (
    UNDEFINED,
    equals_loosely,
    equals_strictly,
    is_date,
    is_less,
    is_nothing,
    is_object,
    milliseconds,
    to_number,
    to_text,
    units,
)
from guanxi_surveys.expressions.numerals import NAN, WHITESPACE, is_number, read_float, read_integer
from guanxi_surveys.expressions.work import Work

_ABSENT: Final = object()


def is_empty(value: Any) -> bool:
    """Tell whether an answer is empty: nothing, "", NaN, [], or an object of empty values."""
    if isinstance(value, (bool, int)):
        return False
    if isinstance(value, list):
        return not value
    if isinstance(value, dict):
        return all(is_empty(one) for one in value.values())
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 -- NaN is not itself
    return not value


def are_equal(x: Any, y: Any, work: Work, *, in_order: bool = False) -> bool:
    """Tell whether two values are equal for an expression; lists in any order or in_order."""
    if type(x) is str and type(y) is str and x != "undefined" != y:
        return x == y or folded(x) == folded(y)
    x = UNDEFINED if isinstance(x, str) and x == "undefined" else x
    y = UNDEFINED if isinstance(y, str) and y == "undefined" else y
    if is_object(x) or is_object(y):
        work.handle(x)
        work.handle(y)
    return _equal(x, y, in_order=in_order)


def _equal(x: Any, y: Any, *, in_order: bool) -> bool:  # noqa: PLR0911 -- a list of rules
    if isinstance(x, str) and isinstance(y, str):
        return folded(x) == folded(y)
    if is_number(x) and is_number(y):
        return bool(x == y)
    if equals_strictly(x, y) or _both_absent(x, y) or _both_absent(y, x):
        return True
    if is_date(x) and is_date(y):
        return bool(milliseconds(x) == milliseconds(y))
    if _equal_numbers(x, y):
        return True
    if is_empty(x) != is_empty(y):
        return False
    if isinstance(x, bool) and isinstance(y, str):
        return to_text(x) == y.lower()
    if isinstance(y, bool) and isinstance(x, str):
        return to_text(y) == x.lower()
    if not is_object(x) and not is_object(y):
        return equals_loosely(x, y)
    return is_object(x) and is_object(y) and _equal_objects(x, y, in_order=in_order)


def folded(text: str) -> str:
    """Return a text as it is compared: without outer spaces, in lower case."""
    return text.strip(WHITESPACE).lower()


def _both_absent(x: Any, y: Any) -> bool:
    if isinstance(x, list) and not x:
        return y is UNDEFINED
    return is_nothing(x) and isinstance(y, str) and not y


def _equal_numbers(x: Any, y: Any) -> bool:
    """Tell whether both convert to numbers and begin with the same one."""
    if not _is_convertible(x) or not _is_convertible(y):
        return False
    x, y = to_text(x), to_text(y)
    return bool(read_integer(x) == read_integer(y) and read_float(x) == read_float(y))


def _is_convertible(value: Any) -> bool:
    if isinstance(value, (str, int, float)):
        number = to_number(value)
        return bool(number == number)  # noqa: PLR0124 -- NaN is not itself
    return False


def _equal_objects(x: Any, y: Any, *, in_order: bool) -> bool:
    if isinstance(x, list) and isinstance(y, list):
        return _equal_lists(x, y, in_order=in_order)
    x, y = _entries(x), _entries(y)
    if x.get("equals") and y.get("equals"):
        raise NoResultError
    for name, one in x.items():
        other = y.get(name, _ABSENT)
        if other is _ABSENT or not _equal(one, other, in_order=in_order):
            return False
    return all(name in x for name in y)


def _equal_lists(x: list[Any], y: list[Any], *, in_order: bool) -> bool:
    if len(x) != len(y):
        return False
    if not in_order:
        x, y = _sorted(x), _sorted(y)
    return all(_equal(one, other, in_order=in_order) for one, other in zip(x, y, strict=True))


def _sorted(values: list[Any]) -> list[Any]:
    """Return values in the order of JavaScript's sort: by their text, what is undefined last."""
    return sorted(values, key=lambda one: (one is UNDEFINED, units(to_text(one))))


def _entries(value: Any) -> dict[str, Any]:
    """Return the properties of an object; those of a list are its indices, a date has none."""
    if isinstance(value, list):
        return {str(index): one for index, one in enumerate(value)}
    return value if isinstance(value, dict) else {}


def equal(x: Any, y: Any, work: Work, *, in_order: bool = False) -> bool:
    """``x = y``: a text beside a date is taken for one."""
    if isinstance(x, datetime) or isinstance(y, datetime):
        x, y = as_compared(x, y)
    return are_equal(x, y, work, in_order=in_order)


def greater(x: Any, y: Any, work: Work) -> bool:
    """``x > y``; nothing is greater than what is missing."""
    if type(x) is int and type(y) is int:
        return x > y
    x, y = _comparable(x, y, work)
    return is_less(y, x)


def less(x: Any, y: Any, work: Work) -> bool:
    """``x < y``; nothing is less than what is missing."""
    if type(x) is int and type(y) is int:
        return x < y
    x, y = _comparable(x, y, work)
    return is_less(x, y)


def _comparable(x: Any, y: Any, work: Work) -> tuple[Any, Any]:
    """Return both as they are compared; two that cannot be are NaN."""
    if is_nothing(x) or is_nothing(y):
        return NAN, NAN
    if is_date(x) or is_date(y):
        return as_compared(x, y)
    work.handle(x)
    work.handle(y)
    return x, y


def greater_or_equal(x: Any, y: Any, work: Work) -> bool:
    """``x >= y``."""
    if type(x) is int and type(y) is int:
        return x >= y
    return equal(x, y, work) or greater(x, y, work)


def less_or_equal(x: Any, y: Any, work: Work) -> bool:
    """``x <= y``."""
    if type(x) is int and type(y) is int:
        return x <= y
    return equal(x, y, work) or less(x, y, work)
