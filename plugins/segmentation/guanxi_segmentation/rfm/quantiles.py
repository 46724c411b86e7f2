"""Break points of five equal parts: type-7 quantiles plus one, as the R package ``rfm`` cuts them.

Type 7 (Hyndman and Fan, 1996): between the two nearest order statistics, in proportion. The
order statistics come from the database, so that nothing is a float.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

PARTS: Final = tuple(Fraction(n, 5) for n in range(1, 5))
ONE: Final = 1
"""Added to each quantile: who lies on the boundary belongs below it, for whole numbers."""


def ranks(count: int) -> list[int]:
    """Return the ranks (from 1) of the order statistics that the four quantiles lie between.

    Two for each quantile: the one below it and the next.
    """
    lower = [int(part * (count - 1)) for part in PARTS]
    return [rank for low in lower for rank in (low + 1, min(low + 2, count))]


def shares(count: int) -> list[float]:
    """Return, for ``percentile_disc``, shares that pick exactly those order statistics."""
    return [(rank - 0.5) / count for rank in ranks(count)]


def break_points(count: int, statistics: Sequence[Decimal | int]) -> list[Decimal]:
    """Return the four ascending break points of ``count`` values.

    :param statistics: the values at :func:`ranks`.
    """
    pairs = zip(statistics[::2], statistics[1::2], strict=True)
    return [
        _between(part * (count - 1), Decimal(low), Decimal(high)) + ONE
        for part, (low, high) in zip(PARTS, pairs, strict=True)
    ]


def _between(place: Fraction, low: Decimal, high: Decimal) -> Decimal:
    rest = place - int(place)
    return low + (high - low) * rest.numerator / rest.denominator
