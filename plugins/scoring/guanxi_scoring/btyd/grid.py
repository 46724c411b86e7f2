"""Equal histories put together, and equal values counted, where they lie on a grid such as days.

The same customers are told in days by one and in weeks by another; on a grid, whole numbers sort
and count faster than fractions. Where there is no grid, as with times to the second, there are
hardly any equal histories either.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]
GRIDS: Final = (1.0, 7.0, 30.4375, 365.25, 24.0, 168.0, 12.0)
"""Steps per unit of time on which real histories lie: days told in days, weeks, months, years."""
_BITS: Final = 21
_ROOM: Final = 4_000_000
"""A table of so many places is faster than sorting."""


def aggregated(
    x: Array, t: Array, end: Array, many: Array | None
) -> tuple[Array, Array, Array, Array]:
    """Put equal histories together, where they lie on a grid such as days; else leave them."""
    for steps in GRIDS:
        ends = on_grid(end, steps)
        times = None if ends is None else on_grid(t, steps)
        if ends is not None and times is not None and not (x > 2**_BITS - 1).any():
            keys = (x.astype(np.int64) << 2 * _BITS) | (ends << _BITS) | times
            keys, counts = _counted(keys, many)
            mask = 2**_BITS - 1
            parts = (keys >> 2 * _BITS, (keys & mask) / steps, (keys >> _BITS & mask) / steps)
            return parts[0].astype(np.float64), parts[1], parts[2], counts
    return x, t, end, np.ones(len(x)) if many is None else many


def on_grid(values: Array, steps: float) -> Places | None:
    """Return the values counted in grid steps, or None where they do not lie on the grid."""
    few = values[:: max(1, len(values) // 100)] * steps
    if (np.abs(few - np.rint(few)) > 1e-6).any():
        return None
    scaled = values * steps
    whole = np.rint(scaled)
    if (np.abs(scaled - whole) > 1e-6).any() or (whole > 2**_BITS - 1).any():
        return None
    return whole.astype(np.int64)


def distinct(values: Array) -> tuple[Array, Places]:
    """Return the different values, sorted, and the place of each value among them."""
    for steps in GRIDS:
        if (whole := on_grid(values, steps)) is not None:
            found, where = _distinct_whole(whole)
            return found / steps, where
    return np.unique(values, return_inverse=True)


def distinct_pairs(x: Array, end: Array) -> tuple[tuple[Array, Array], Places]:
    """Return the different pairs of a count and a time, and the place of each row among them."""
    ends, place = distinct(end)
    pairs, where = _distinct_whole(x.astype(np.int64) * len(ends) + place)
    return ((pairs // len(ends)).astype(np.float64), ends[pairs % len(ends)]), where


def _distinct_whole(values: Places) -> tuple[Places, Places]:
    """As ``numpy.unique``, by a table where that is not too long."""
    if not len(values) or values.max() > _ROOM or len(values) < 1000:
        return np.unique(values, return_inverse=True)
    there = np.zeros(int(values.max()) + 1, dtype=np.bool_)
    there[values] = True
    found = np.flatnonzero(there)
    return found, (np.cumsum(there) - 1)[values]


def _counted(keys: Places, many: Array | None) -> tuple[Places, Array]:
    """Return the different keys, sorted, and the weight of each."""
    if many is not None:
        order = np.argsort(keys, kind="stable")
        keys, many = keys[order], many[order]
    else:
        keys.sort()
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    if many is None:
        return keys[first], np.diff(first, append=len(keys)).astype(np.float64)
    return keys[first], np.add.reduceat(many, first)
