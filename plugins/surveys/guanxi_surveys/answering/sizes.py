"""What answers may hold: plain JSON values of a bounded size, whose texts can be stored."""

import math
from collections.abc import Mapping
from typing import Any, Final

from guanxi.sdk import Invalid, customers
from guanxi_surveys.texts import N_

MOST_TEXT: Final = 20_000
"""Characters of one text."""
MOST_IN_ALL: Final = 200_000
"""Characters of all answers together."""
MOST_ITEMS: Final = 2_000
MOST_NAME: Final = 300
_DEEPEST: Final = 5
_LARGEST: Final = 10**15


class TooMuch(Invalid):
    """Answers that are too large to be kept."""

    code = "too_large"


def bounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers with clean texts.

    :raises TooMuch: there is too much of it, or it is too deep.
    :raises Invalid: a text that cannot be stored, or a number that is none.
    """
    bounds = _Bounds()
    return {_name(name, bounds): bounds.value(value, name, 0) for name, value in values.items()}


class _Bounds:
    """Counts what has been taken so far."""

    def __init__(self) -> None:
        self._characters = self._items = 0

    def value(self, value: Any, name: str, depth: int) -> Any:
        self._items += 1
        if depth > _DEEPEST or self._items > MOST_ITEMS:
            raise _too_much(name)
        if isinstance(value, str):
            return self.text(value, name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int) and abs(value) <= _LARGEST:
            return value
        if isinstance(value, int | float):
            return _number(value, name)
        if isinstance(value, list | tuple):
            return [self.value(one, name, depth + 1) for one in value]
        if isinstance(value, Mapping):
            return {
                _name(key, self): self.value(one, name, depth + 1) for key, one in value.items()
            }
        raise Invalid(N_("This answer is of no known kind."), fields={name: []})

    def text(self, value: str, name: str) -> str:
        self._characters += len(value)
        if self._characters > MOST_IN_ALL:
            raise _too_much(name)
        try:
            return customers.clean_text(value, MOST_TEXT, multiline=True)
        except Invalid as error:
            raise Invalid(error.message, fields={name: []}, **error.params) from None


def _name(name: Any, bounds: _Bounds) -> str:
    if not isinstance(name, str) or len(name) > MOST_NAME:
        raise _too_much("")
    return bounds.text(name, "") if name else name


def _number(value: float, name: str) -> float:
    if isinstance(value, int) or not math.isfinite(value) or abs(value) > _LARGEST:
        raise Invalid(N_("This number is too large."), fields={name: []})
    return value


def _too_much(name: str) -> TooMuch:
    return TooMuch(
        N_("This is too much to be kept. Write less."), fields={name: []} if name else None
    )
