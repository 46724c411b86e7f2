"""What can be wrong with an expression, and how large one may be."""

from typing import Final

from guanxi.sdk import Invalid

LENGTH: Final = 20_000
"""Characters of one expression."""
DEPTH: Final = 100
"""Brackets and function calls inside each other."""
WORK: Final = 200_000
"""Steps of one evaluation: values compared, items looked at, 256 characters of text handled."""
TEXT: Final = 1_000_000
"""Characters of a text that an expression makes."""


class ExpressionError(Invalid):
    """An expression that cannot be read, is too large, or has too much to do."""

    code = "invalid_expression"


class NoResultError(Exception):
    """The reference ends with a TypeError here; the result is nothing."""
