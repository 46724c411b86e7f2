"""Sizes as shares and as depths of colour."""

from collections.abc import Iterable
from decimal import Decimal
from math import sqrt
from typing import Final

_DEEPEST: Final = 9


def share(part: float | Decimal, whole: float | Decimal) -> float | None:
    """Return what part of the whole it is; None of nothing."""
    return float(part) / float(whole) if whole else None


def level(value: int, largest: int) -> int:
    """Return the depth of colour: 0 of nothing, 1 to 9 by the root of the share of the largest.

    By the root, for customers crowd in few cells and all others would look alike.
    """
    if not value or not largest:
        return 0
    return max(1, round(_DEEPEST * sqrt(value / largest)))


def largest(values: Iterable[int]) -> int:
    """Return the largest of the values, 0 of none."""
    return max(values, default=0)
