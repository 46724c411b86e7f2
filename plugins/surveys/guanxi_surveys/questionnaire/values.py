"""When values of answers count as empty and as the same, as SurveyJS has it."""

import math
from collections.abc import Mapping
from typing import Any


def is_empty(value: Any, *, spaces: bool = False) -> bool:
    """Tell whether ``value`` says nothing; with ``spaces`` also if it is only blanks.

    Zero and False say something; so does a list of empty things, but not an object of them.
    """
    if isinstance(value, str):
        return not (value.strip() if spaces else value)
    if isinstance(value, list):
        return not value
    if isinstance(value, Mapping):
        return all(is_empty(part) for part in value.values())
    return value is None or (isinstance(value, float) and math.isnan(value))


def is_same(one: Any, other: Any) -> bool:
    """Tell whether setting ``other`` where ``one`` stands changes nothing.

    Nothing, an empty text and an empty list are the same; a number and its text are not.
    """
    if one is None or other is None:
        return one in (None, "", []) and other in (None, "", [])
    if isinstance(one, bool) or isinstance(other, bool):
        return _same_truth(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    return type(one) is type(other) and bool(one == other)


def _same_truth(one: Any, other: Any) -> bool:
    """Compare where one of the two is True or False, which their words are the same as."""
    if isinstance(one, str):
        return one.lower() == str(other).lower()
    if isinstance(other, str):
        return str(one).lower() == other.lower()
    return isinstance(one, bool) and isinstance(other, bool) and one is other


def number_in(value: Any) -> float | None:
    """Return the number that ``value`` is or writes; None if it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return value if math.isfinite(value) else None
    text = str(value).strip()
    if not text or len(text) > 40 or "_" in text:
        return None
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def at_path(value: Any, path: str) -> Any:
    """Return what stands in ``value`` at a path such as ``[0].city`` or ``.row1``; else None."""
    for step in path.replace("[", ".").replace("]", "").split("."):
        if not step:
            continue
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
