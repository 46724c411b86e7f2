"""``+ - * / % ^ and or`` as survey-core computes them, in which an empty answer counts as nothing.

Sums, differences and products are rounded to the decimals of what goes in, so that 0.1 + 0.2 is
0.3.
"""

import math
from typing import Any

from guanxi_surveys.expressions.comparing import is_empty
from guanxi_surveys.expressions.faults import NoResultError
from guanxi_surveys.expressions.javascript import (
    added,
    is_nothing,
    is_true,
    to_number,
    to_text,
)
from guanxi_surveys.expressions.numerals import (
    EXACT,
    NAN,
    Number,
    decimals,
    is_number,
    read_answer,
    read_float,
    simplified,
    to_fixed,
)
from guanxi_surveys.expressions.work import Work


def prepared(value: Any, other: Any) -> Any:
    """Return a value as an operand: an empty one becomes 0, "" or [], as its partner needs it."""
    if not is_empty(value):
        return value
    if is_number(other):
        return 0
    if isinstance(value, str):
        return value
    if isinstance(other, str):
        return ""
    return [] if isinstance(other, list) else 0


def both(x: Any, y: Any, _work: Work) -> Any:
    """``x and y``: the second if the first is true."""
    if x is True or x is False:
        return prepared(y, x) if x else False
    x = prepared(x, y)
    return prepared(y, x) if is_true(x) else x


def either(x: Any, y: Any, _work: Work) -> Any:
    """``x or y``: the first if it is true."""
    if x is True or x is False:
        return True if x else prepared(y, x)
    x = prepared(x, y)
    return x if is_true(x) else prepared(y, x)


def plus(x: Any, y: Any, work: Work) -> Any:
    """``x + y``: numbers are added, texts joined, lists put one after the other."""
    if type(x) is int and type(y) is int:
        return rounded_sum(x, y, x + y)
    x = prepared(x, y)
    y = prepared(y, x)
    if is_number(x) and is_number(y):
        return rounded_sum(x, y, x + y)
    work.handle(x)
    work.handle(y)
    if isinstance(x, list) and isinstance(y, list) and not (_counts(x) and _counts(y)):
        return [*x, *y]
    joined = _plus(x, y)
    work.make(len(joined) if isinstance(joined, str) else 0)
    return joined


def _plus(x: Any, y: Any) -> Any:
    if _counts(x) and _counts(y):
        if isinstance(x, str) or isinstance(y, str):
            return added(x, y)
        return rounded_sum(x, y, added(x, y))
    if isinstance(x, list) and is_number(y):
        return _total(x, y)
    if isinstance(y, list) and is_number(x):
        return _total(y, x)
    if isinstance(x, str) or isinstance(y, str):
        x = _listed(x) if isinstance(x, list) else x
        y = _listed(y) if isinstance(y, list) else y
    return added(x, y)


def _counts(value: Any) -> bool:
    number = as_number(value)
    return number == number  # noqa: PLR0124 -- NaN is not itself


def _listed(values: list[Any]) -> str:
    return ", ".join("" if is_nothing(one) else to_text(one) for one in values)


def _total(values: list[Any], number: Number) -> Any:
    total: Any = 0
    for one in values:
        if is_number(one):
            total = rounded_sum(total, one, total + one)
    return rounded_sum(total, number, total + number)


def minus(x: Any, y: Any, work: Work) -> Any:
    """``x - y``."""
    x, y = _operands(x, y, work)
    return rounded_sum(x, y, to_number(x) - to_number(y))


def times(x: Any, y: Any, work: Work) -> Any:
    """``x * y``."""
    x, y = _operands(x, y, work)
    if type(x) is int and type(y) is int:
        return simplified(float(x) * y)
    product = simplified(_float(x) * _float(y))
    digits = places(x) + places(y)
    return _fixed(product, digits) if digits else product


def divided(x: Any, y: Any, work: Work) -> Any:
    """``x / y``; nothing if ``y`` is zero."""
    x, y = _operands(x, y, work)
    if not is_true(y):
        return None
    divisor = _float(y)
    return simplified(_float(x) / divisor) if divisor else _by_zero(_float(x))


def remainder(x: Any, y: Any, work: Work) -> Any:
    """``x % y`` with the sign of ``x``; nothing if ``y`` is zero."""
    x, y = _operands(x, y, work)
    if not is_true(y):
        return None
    try:
        return simplified(math.fmod(_float(x), _float(y)))
    except ValueError:
        return NAN


def power(x: Any, y: Any, work: Work) -> Any:
    """``x ^ y``; infinite where it is beyond what a number holds."""
    x, y = _operands(x, y, work)
    base, exponent = _float(x), _float(y)
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return NAN
    try:
        return simplified(math.pow(base, exponent))
    except ValueError:
        return math.inf if base == 0 else NAN
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _operands(x: Any, y: Any, work: Work) -> tuple[Any, Any]:
    if is_number(x) and is_number(y):
        return prepared(x, y), prepared(y, x)
    x = prepared(x, y)
    y = prepared(y, x)
    work.handle(x)
    work.handle(y)
    return x, y


def _float(value: Any) -> float:
    return float(to_number(value))


def _by_zero(number: float) -> Number:
    return NAN if number == 0 or math.isnan(number) else math.copysign(math.inf, number)


def as_number(value: Any) -> Number:
    """Return the number that survey-core takes a value for, or NaN."""
    if is_number(value):
        return value if math.isfinite(value) else NAN
    if isinstance(value, str):
        return read_answer(value)
    if not isinstance(value, list):
        return NAN
    text = to_text(value)
    return read_float(text) if math.isfinite(to_number(text)) else NAN


def places(value: Any) -> int:
    """Return how many decimals a value is written with."""
    if type(value) is int or not _counts(value):
        return 0
    return decimals(to_text(value)) if value != _floor(value) else 0


def _floor(value: Any) -> Any:
    """Return a number without its decimals; nothing equals that of what is none."""
    return math.floor(value) if is_number(value) else None


def rounded_sum(x: Any, y: Any, total: Any) -> Any:
    """Return a sum of two values, rounded to the decimals of the more exact one."""
    if type(x) is int and type(y) is int:
        return total if -EXACT <= total <= EXACT else simplified(total)
    digits = max(places(x), places(y))
    return _fixed(total, digits) if digits else total


def _fixed(value: Any, digits: int) -> Any:
    if not is_number(value) or digits > 100:
        raise NoResultError
    return to_fixed(value, digits)
