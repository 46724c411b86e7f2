"""Cuts one characteristic into bins by its evidence, with optbinning (Navas-Palencia 2020).

Missing and special values get bins of their own where training has some.
"""

import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.risk.card.bins import (
    CATEGORIES,
    INTERVAL,
    MISSING,
    SPECIAL,
    Bin,
    Bins,
    Kind,
    as_category,
    is_missing,
)
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

Trend = Literal["monotone", "rising", "falling", "any"]
TRENDS: Final = {
    "monotone": "auto_asc_desc", "rising": "ascending", "falling": "descending", "any": None,
}  # fmt: skip
"""How the share of bad cases goes with the value, and what optbinning calls that."""
LEAST_SHARE: Final = 0.05
"""No bin of fewer cases (Siddiqi 2006, chapter 6)."""
MOST_BINS: Final = 8
FEW: Final = 0.01
"""Categories of a smaller share are taken together."""


def cut(
    values: Sequence[Any], bad: "NDArray[Any]", kind: Kind, trend: Trend, special: Sequence[Any]
) -> Bins | None:
    """Return the bins of a characteristic; None where all known values are the same.

    :param values: numbers or words by ``kind``; None where missing.
    :param special: values that stand for something else, such as -1 for "not asked".
    :raises CannotFit: optbinning is not installed.
    """
    import numpy as np  # noqa: PLC0415 -- only who fits needs it

    odd = {as_category(one) for one in special} if kind == "category" else set(special)
    plain = np.array([not is_missing(one) and one not in odd for one in values])
    known = [value for value, is_plain in zip(values, plain, strict=True) if is_plain]
    if len(set(known)) < 2:
        return None
    own = _own_bins(values, odd)
    if kind == "category":
        return Bins(kind, (*_categories(known, bad[plain]), *own))
    numbers = np.array(known, dtype=float)
    low, high = float(numbers.min()), float(numbers.max())
    return Bins(kind, (*_intervals(numbers, bad[plain], trend), *own), low, high)


def _own_bins(values: Sequence[Any], odd: set[Any]) -> list[Bin]:
    found = [
        Bin(SPECIAL, values=(one,)) for one in sorted(odd, key=str) if any(one == v for v in values)
    ]
    if any(is_missing(one) for one in values):
        found.append(Bin(MISSING))
    return found


def _intervals(numbers: "NDArray[Any]", bad: "NDArray[Any]", trend: Trend) -> list[Bin]:
    splits = _fitted(numbers, bad, "numerical", monotonic_trend=TRENDS[trend]).splits
    edges = [None, *map(float, splits), None]
    return [Bin(INTERVAL, low, high) for low, high in pairwise(edges)]


def _categories(words: Sequence[str], bad: "NDArray[Any]") -> list[Bin]:
    import numpy as np  # noqa: PLC0415 -- as above

    array = np.array(words, dtype=object)
    groups = [tuple(sorted(map(str, one))) for one in _groups(array, bad)]
    return [Bin(CATEGORIES, values=one) for one in groups]


def _groups(words: "NDArray[Any]", bad: "NDArray[Any]") -> list[Any]:
    """Return groups of categories; those that are too few stand together at the end."""
    fitted = _fitted(words, bad, "categorical", cat_cutoff=FEW, monotonic_trend=None)
    groups = [list(one) for one in fitted.splits]
    left = set(words) - {word for one in groups for word in one}
    return [*groups, sorted(left)] if left else groups


def _fitted(x: "NDArray[Any]", bad: "NDArray[Any]", dtype: str, **how: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries below it, about their own versions
            from optbinning import OptimalBinning  # noqa: PLC0415 -- slow, and an extra

            binning = OptimalBinning(
                dtype=dtype, max_n_bins=MOST_BINS, min_bin_size=LEAST_SHARE, time_limit=20, **how
            )
            return binning.fit(x, bad)
    except ImportError:
        raise CannotFit(
            N_(
                "Scorecards need the package optbinning. Have it installed with "
                "pip install guanxi-scoring[risk], then fit again."
            )
        ) from None
