"""Sums of products without the threads of a BLAS.

From some ten thousand numbers on, a BLAS divides a sum among the processors. Waking its threads
costs more than these sums do, on a busy machine many times as much, and the last digits would
depend on how many processors there are.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def dot(left: Array, right: Array) -> float:
    """Return the sum of products of two vectors."""
    return float((left * right).sum())
