"""Values as JavaScript sees them: what is true, what a value is as text and as a number, ``==``.

Values are those of JSON, aware datetimes in place of dates, and two more: ``UNDEFINED`` and
``INVALID_DATE``.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from guanxi_surveys.expressions.numerals import (
    NAN,
    Number,
    is_number,
    read_whole,
    simplified,
    written,
)


class _Special:
    """A value that JSON does not have."""

    __slots__ = ("_name", "_true")

    def __init__(self, name: str, *, true: bool) -> None:
        self._name = name
        self._true = true

    def __bool__(self) -> bool:
        return self._true

    def __repr__(self) -> str:
        return self._name


UNDEFINED: Final = _Special("undefined", true=False)
INVALID_DATE: Final = _Special("Invalid Date", true=True)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def is_nothing(value: Any) -> bool:
    """Tell whether a value is null or undefined."""
    return value is None or value is UNDEFINED


def is_date(value: Any) -> bool:
    """Tell whether a value is a date, be it an invalid one."""
    return isinstance(value, datetime) or value is INVALID_DATE


def is_object(value: Any) -> bool:
    """Tell whether a value is a list, an object or a date."""
    return isinstance(value, (list, dict, datetime)) or value is INVALID_DATE


def is_true(value: Any) -> bool:
    """Tell what a condition makes of a value: empty lists and objects are true, NaN is not."""
    if isinstance(value, (list, dict)):
        return True
    return bool(value) and value == value  # noqa: PLR0124 -- NaN is not itself


def milliseconds(value: Any) -> Number:
    """Return a date as milliseconds since 1970, NaN for an invalid one."""
    return NAN if value is INVALID_DATE else (value - _EPOCH) // _MILLISECOND


def to_text(value: Any) -> str:  # noqa: PLR0911 -- one for each type
    """Return a value as JavaScript writes it into a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return written(value)
    if isinstance(value, list):
        return ",".join("" if is_nothing(one) else to_text(one) for one in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, datetime):
        return _date_text(value)
    return "null" if value is None else repr(value)


def _date_text(value: datetime) -> str:
    day = f"{_DAYS[value.weekday()]} {_MONTHS[value.month - 1]} {value.day:02} {value.year:04}"
    return f"{day} {value:%H:%M:%S GMT%z}"


def to_primitive(value: Any) -> Any:
    """Return text for lists and objects, milliseconds for dates, other values as they are."""
    if isinstance(value, (list, dict)):
        return to_text(value)
    return milliseconds(value) if is_date(value) else value


def to_number(value: Any) -> Number:
    """Return what ``Number(value)`` gives; NaN for what is none."""
    value = to_primitive(value)
    if isinstance(value, str):
        return read_whole(value)
    if value is UNDEFINED:
        return NAN
    return simplified(value) if is_number(value) else int(bool(value))


def equals_strictly(x: Any, y: Any) -> bool:
    """Tell whether ``x === y``."""
    if isinstance(x, bool) or isinstance(y, bool):
        return x is y
    if is_number(x):
        return is_number(y) and bool(x == y)
    if isinstance(x, str):
        return isinstance(y, str) and x == y
    return x is y and x is not INVALID_DATE


def equals_loosely(x: Any, y: Any) -> bool:
    """Tell whether ``x == y`` for two values that are neither lists nor objects nor dates."""
    if is_nothing(x) or is_nothing(y):
        return is_nothing(x) and is_nothing(y)
    if isinstance(x, str) and isinstance(y, str):
        return x == y
    return bool(to_number(x) == to_number(y))


def is_less(x: Any, y: Any) -> bool:
    """Tell whether ``x < y``: two texts by their characters, all else as numbers."""
    x, y = to_primitive(x), to_primitive(y)
    if isinstance(x, str) and isinstance(y, str):
        return x < y if x.isascii() and y.isascii() else units(x) < units(y)
    return bool(to_number(x) < to_number(y))


def units(text: str) -> bytes:
    """Return the UTF-16 code units of a text, by which JavaScript counts, cuts and sorts."""
    return text.encode("utf-16-be", "surrogatepass")


def text_length(text: str) -> int:
    """Return the number of UTF-16 code units."""
    return len(text) if text.isascii() else len(units(text)) // 2


def added(x: Any, y: Any) -> Any:
    """Return ``x + y``: texts joined as soon as one side is no number."""
    x = to_text(x) if is_object(x) else x
    y = to_text(y) if is_object(y) else y
    if isinstance(x, str) or isinstance(y, str):
        return to_text(x) + to_text(y)
    return simplified(to_number(x) + to_number(y))


def as_json(value: Any) -> Any:
    """Return a result with nothing in it that JSON does not have, except dates.

    What is undefined, not a number, infinite or an invalid date is None, as in ``JSON.stringify``.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, dict):
        return {name: as_json(one) for name, one in value.items() if one is not UNDEFINED}
    return None if value is UNDEFINED or value is INVALID_DATE else value
