"""contains, notcontains, anyof, allof, noneof: over lists, and over texts for a part of them."""

from typing import Any, Final

from guanxi_surveys.expressions.comparing import are_equal, folded, is_empty
from guanxi_surveys.expressions.javascript import is_true, to_text
from guanxi_surveys.expressions.work import Work

PAIR: Final = 4
"""Steps that it takes to compare two values that may be of any type."""


def contains(x: Any, y: Any, work: Work) -> bool:
    """Tell whether a list has all values of ``y``, or a text has it as a part."""
    return _contains(x, y, work, wanted=True)


def contains_not(x: Any, y: Any, work: Work) -> bool:
    """Tell whether a value of ``y`` is missing in a list, or a text does not have it as a part."""
    if not is_true(x) and not is_empty(y):
        return True
    return _contains(x, y, work, wanted=False)


def any_of(x: Any, y: Any, work: Work) -> bool:
    """Tell whether at least one value of ``y`` is in ``x``."""
    if is_empty(x) or is_empty(y):
        return is_empty(y)
    if not isinstance(x, list):
        return contains(y, x, work)
    if not isinstance(y, list):
        return contains(x, y, work)
    if _only_texts(x) and _only_texts(y):
        return not _folded_all(x, work).isdisjoint(_folded_all(y, work))
    return any(contains(x, one, work) for one in y)


def none_of(x: Any, y: Any, work: Work) -> bool:
    """Tell whether no value of ``y`` is in ``x``."""
    return not any_of(x, y, work)


def all_of(x: Any, y: Any, work: Work) -> bool:
    """Tell whether all values of ``y`` are in ``x``."""
    if not is_true(x) and not is_empty(y):
        return False
    if not isinstance(y, list):
        return contains(x, y, work)
    if y and isinstance(x, list) and _only_texts(y):
        return contains(x, y, work)
    return all(contains(x, one, work) for one in y)


def _contains(x: Any, y: Any, work: Work, *, wanted: bool) -> bool:
    if isinstance(x, list):
        if not x:
            return not wanted
        found = _all_in(y if isinstance(y, list) else [y], x, work)
        return wanted is found
    if not is_true(x) and not isinstance(x, (bool, int)):
        return False
    if not is_true(y):
        return False
    return wanted is (_lowered(y, work) in _lowered(x, work))


def _lowered(value: Any, work: Work) -> str:
    work.handle(value)
    return to_text(value).lower()


def _all_in(wanted: list[Any], held: list[Any], work: Work) -> bool:
    """Tell whether each wanted value equals one held; lists of texts take one look each."""
    if len(wanted) > 1 and _only_texts(wanted) and _only_texts(held):
        return _folded_all(wanted, work) <= _folded_all(held, work)
    for one in wanted:
        work.spend(PAIR * len(held))
        if not any(are_equal(other, one, work) for other in held):
            return False
    return True


def _folded_all(values: list[Any], work: Work) -> set[str]:
    work.handle(values)
    return {folded(one) for one in values}


def _only_texts(values: list[Any]) -> bool:
    return all(isinstance(one, str) and one != "undefined" for one in values)
