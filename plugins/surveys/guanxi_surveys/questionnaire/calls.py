"""Which functions an expression calls, as far as running it again depends on that."""

import re
from typing import Final

_TEXT: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_CALL: Final = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_WORDS: Final = frozenset({"and", "or", "not", "contains", "notcontains", "anyof", "allof"})
_LOOKING_ROUND: Final = frozenset(
    {"displayvalue", "propertyvalue", "iscontainerready", "isdisplaymode", "sumindicator"}
)
"""Functions that read values whose names they are given as text."""


def functions_in(source: str) -> list[tuple[str, str]]:
    """Return each function that is called, in lower case, with what stands in its brackets."""
    plain = _TEXT.sub("''", source)
    return [
        (found.group(1).lower(), _inside(plain, found.end()))
        for found in _CALL.finditer(plain)
        if found.group(1).lower() not in _WORDS
    ]


def needs_no_value(source: str) -> bool:
    """Tell whether a function is called without any answer, so that it may change by itself."""
    return any("{" not in inside for _, inside in functions_in(source))


def looks_round(source: str) -> bool:
    """Tell whether a function is called that reads what no name in the expression says."""
    return any(name in _LOOKING_ROUND for name, _ in functions_in(source))


def _inside(text: str, start: int) -> str:
    level = 1
    for at in range(start, len(text)):
        level += {"(": 1, ")": -1}.get(text[at], 0)
        if not level:
            return text[start:at]
    return text[start:]
