"""Keeps a text from becoming a formula when a spreadsheet opens an exported file.

The rule is OWASP ASVS 1.2.10, applied to the first visible character. What :func:`neutralise`
adds, :func:`restore` takes away again, and nothing else: the importer calls it on every cell,
so an exported file comes back as it was.
"""

import re
from typing import TypeVar

PREFIX = "'"

_INVISIBLE = r"\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_FULL_WIDTH = r"\uff1d\uff0b\uff0d\uff20"  # = + - @ as Chinese and Japanese keyboards type them
_starts_formula = re.compile(rf"[\t\r\n]|[{_INVISIBLE}]*[=+\-@|%{_FULL_WIDTH}]").match
# More than 15 digits are shown rounded by a spreadsheet, so those are rather text.
_is_number = re.compile(r"-\d{1,15}(\.\d{1,15})?", re.ASCII).fullmatch

CellT = TypeVar("CellT")


def acts_as_formula(text: str) -> bool:
    """Tell whether a spreadsheet could compute ``text`` instead of showing it.

    A plain negative number is shown as what it is, so it does not count. Leading apostrophes
    are looked through: ``'=1`` counts too, or it could not be told from a protected ``=1``.
    """
    if text[:1].isalnum():
        return False
    body = text.lstrip(PREFIX)
    return bool(_starts_formula(body)) and not _is_number(body)


def neutralise(cell: CellT) -> CellT | str:
    """Return ``cell`` with an apostrophe before it if it is a text that acts as a formula.

    Numbers, dates and all that is not text come back as they are. ``+86 138 0013 8000`` gets
    the apostrophe too, which also keeps a spreadsheet from reading it as a number.
    """
    if isinstance(cell, str) and acts_as_formula(cell):
        return PREFIX + cell
    return cell


def restore(text: str) -> str:
    """Return ``text`` without the apostrophe that :func:`neutralise` put before it."""
    if text.startswith(PREFIX) and acts_as_formula(text[1:]):
        return text[1:]
    return text
