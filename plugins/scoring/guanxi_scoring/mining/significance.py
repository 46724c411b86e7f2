"""Whether what is seen is more than chance, where very many things are looked at. Needs SciPy."""

from typing import Any

import numpy as np


def benjamini_hochberg(p: Any) -> Any:
    """Return the q-value of each test: the share of false findings if one stops there (错误发现率).

    Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS B 57(1).
    """
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return q


def more_than_chance(both: Any, a: Any, b: Any, n: int) -> Any:
    """Return how likely chance alone brings so many together (Fisher, 1935; exact, one-sided).

    :param both: how many of ``n`` have both; ``a`` and ``b`` how many have the one and the other.
    """
    from scipy.stats import hypergeom  # noqa: PLC0415 -- it is slow to import

    return hypergeom.sf(np.asarray(both) - 1, n, np.asarray(a), np.asarray(b))
