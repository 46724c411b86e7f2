"""Whether one version is surely worse than another, by the standard errors of what was measured.

The two are measured on hold-outs of their own: the older one may have learnt from the newer one's,
so it cannot be tried there, and no pairs can be formed. Their measures count as independent.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any, Final

ERRORS: Final = "errors"
"""Under this name the metrics of a version hold the standard error of each that is compared."""


def surely_less(
    new: Mapping[str, Any], old: Mapping[str, Any], name: str, least: float, *, sign: int = 1
) -> bool:
    """Say whether a measure of the new version is below that of the old one, and not by chance.

    :param least: how many standard errors of the difference are needed; what has none is exact.
    :param sign: -1 where less is better.
    """
    ours, theirs = new.get(name), old.get(name)
    if ours is None or theirs is None:
        return False
    spread = sqrt(_error(new, name) ** 2 + _error(old, name) ** 2)
    return bool(sign * (theirs - ours) > least * spread)


def auc_error(area: float | None, yes: float, no: float) -> float | None:
    """Return the standard error of an area under the ROC curve (Hanley & McNeil 1982, eq. 1).

    :param yes: how many cases there were of the one kind, ``no`` of the other.
    """
    if area is None or yes <= 0 or no <= 0:
        return None
    q1, q2, square = area / (2 - area), 2 * area**2 / (1 + area), area**2
    variance = area * (1 - area) + (yes - 1) * (q1 - square) + (no - 1) * (q2 - square)
    return sqrt(max(variance, 0.0) / (yes * no))


def ratio_error(part: Any, whole: Any) -> float | None:
    """Return the standard error of ``sum(part) / sum(whole)`` over independent customers.

    By the delta method (Cochran 1977, Sampling Techniques, eq. 6.13).
    """
    import numpy as np  # noqa: PLC0415 -- heavy: only who fits needs it

    above, below = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    total = float(below.sum())
    if len(below) < 2 or total == 0:
        return None
    rest = above - above.sum() / total * below
    return float(np.sqrt(len(below) * rest.var(ddof=1)) / abs(total))


def _error(metrics: Mapping[str, Any], name: str) -> float:
    return float((metrics.get(ERRORS) or {}).get(name) or 0.0)
