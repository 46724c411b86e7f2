"""The interval of a share; needs nothing but arithmetic."""

from math import sqrt


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of a share (Wilson, 1927), 95 % by default; 0 to 1 of nothing."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z / of
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)
