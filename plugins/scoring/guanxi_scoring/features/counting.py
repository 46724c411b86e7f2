"""How often the same whole numbers stand beside each other."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
_BITS: Final = 21
"""So many of each number fit beside two others into one of 64: days of 5,700 years."""


def counted_rows(*columns: Whole) -> tuple[Whole, ...]:
    """Return the different rows of three columns, in their order, and how often there is each."""
    if all(not len(one) or (one.min() >= 0 and one.max() < 2**_BITS) for one in columns):
        first, second, third = columns
        keys = np.sort((first << 2 * _BITS) | (second << _BITS) | third)
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
        found, mask = keys[starts], 2**_BITS - 1
        parts = found >> 2 * _BITS, found >> _BITS & mask, found & mask
    else:
        rows = np.column_stack(columns)[np.lexsort(columns[::-1])]
        starts = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)][: len(rows)])
        parts = tuple(rows[starts].T)
    return (*parts, np.diff(np.r_[starts, len(columns[0])]).astype(np.int64))
