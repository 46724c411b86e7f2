"""What is known of many cases as a matrix, a feature at a time. Who imports it imports NumPy."""

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, Final

import numpy as np

from guanxi_scoring.propensity.binning import Feature

_ABSENT: Final = object()
_NUMBERS: Final = frozenset({int, float, bool})
_PLAIN: Final = _NUMBERS | {NoneType, object}


def matrix(features: Sequence[Feature], rows: Sequence[Mapping[str, Any]], inputs: str) -> Any:
    """Return the matrix of some facts, as a learner wants its inputs."""
    parts = [_columns(one, rows, inputs) for one in features]
    return np.hstack(parts) if parts else np.empty((len(rows), 0))


def without(x: Any, features: Sequence[Feature], inputs: str) -> Iterator[tuple[str, Any]]:
    """Yield a matrix for each feature, in which that one is not known of anybody.

    It is the same array each time, and as it was afterwards.
    """
    start = 0
    for one in features:
        numbers = one.is_number and inputs == "numbers"
        where = slice(start, start + (1 if numbers else len(one.values)))
        kept = x[:, where].copy()
        x[:, where] = np.nan if numbers else 0.0
        yield one.name, x
        x[:, where] = kept
        start = where.stop


def places(feature: Feature, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return the place of each row's value among the values of a feature; -1: not known."""
    found = [row.get(feature.name, _ABSENT) for row in rows]
    if feature.is_number and _PLAIN.issuperset(map(type, found)):
        return _of_numbers(feature, found)
    place = {value: number for number, value in enumerate(feature.values)}
    told = [feature.bin(row) for row in rows]
    return np.array([-1 if one is None else place[one] for one in told], dtype=np.intp)


def _of_numbers(feature: Feature, values: Sequence[Any]) -> Any:
    """Return the places of numbers; the last one is that of a value that was empty."""
    known = np.array([type(one) in _NUMBERS for one in values], dtype=bool)
    found = np.full(len(values), len(feature.breaks) + 1, dtype=np.intp)
    found[[one is _ABSENT for one in values]] = -1
    numbers = np.array([one for one in values if type(one) in _NUMBERS], dtype=float)
    # As ``bisect_right`` does, also with what is no number.
    found[known] = np.where(
        np.isnan(numbers),
        len(feature.breaks),
        np.searchsorted(np.array(feature.breaks), numbers, side="right"),
    )
    return found


def _columns(feature: Feature, rows: Sequence[Mapping[str, Any]], inputs: str) -> Any:
    if feature.is_number and inputs == "numbers":
        values = [row.get(feature.name) for row in rows]
        return np.array(values, dtype=float).reshape(-1, 1)
    found = np.zeros((len(rows), len(feature.values)))
    where = places(feature, rows)
    known = np.flatnonzero(where >= 0)
    found[known, where[known]] = 1.0
    return found
