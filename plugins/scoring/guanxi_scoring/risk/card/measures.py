"""How well a score tells good from bad, on cases that it did not learn from; NumPy only."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def auc(score: "NDArray[Any]", bad: "NDArray[Any]") -> float:
    """Return the area under the ROC curve: a good case scores above a bad one so often.

    The Mann-Whitney statistic, ties count half (Hanley and McNeil 1982). Gini is ``2 auc - 1``.
    """
    import numpy as np  # noqa: PLC0415 -- only who fits needs it

    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    good = ~bad.astype(bool)
    many, few = int(good.sum()), int(bad.sum())
    return float((ranks[good].sum() - many * (many + 1) / 2) / (many * few))


def ks(score: "NDArray[Any]", bad: "NDArray[Any]") -> float:
    """Return the Kolmogorov-Smirnov statistic: the widest gap of both cumulated shares."""
    import numpy as np  # noqa: PLC0415 -- as above

    levels, inverse = np.unique(score, return_inverse=True)
    of_bad = np.bincount(inverse, weights=bad, minlength=len(levels)).cumsum() / bad.sum()
    of_good = np.bincount(inverse, weights=1 - bad, minlength=len(levels)).cumsum()
    return float(np.abs(of_bad - of_good / (1 - bad).sum()).max())
