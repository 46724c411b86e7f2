"""A card at work on many cases at once: columns in, arrays out.

It says of each case exactly what ``card.Card.score`` says of it, to the last digit. Who imports it
imports NumPy.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from guanxi_scoring.risk.card.bins import Finder, OutsideTraining, Why
from guanxi_scoring.risk.card.card import REASONS, Card, Refusal

WHYS: Final[tuple[Why, ...]] = ("missing", "no_number", "below", "above", "unknown")
NUMBERS: Final = frozenset({float, int, bool, NoneType})
NONE: Final = -1

Real = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ManyScored:
    """The scores of cases. Who has none has no number for points and probability."""

    card: Card
    columns: Mapping[str, Sequence[Any]]
    places: Whole
    """Of the bin of each characteristic (row) and case (column); below nought: there is none."""
    points: Real
    probability: Real
    """That a case turns out bad."""

    def refusals(self) -> Iterator[tuple[int, Refusal]]:
        """Yield the cases that have no score, each with the first value that keeps it from one."""
        first = (self.places < 0).argmax(axis=0)
        for case in np.flatnonzero(np.isnan(self.points)).tolist():
            one, place = self.card.characteristics[first[case]], self.places[first[case], case]
            yield case, Refusal(one.key, WHYS[NONE - place], self.columns[one.key][case])

    def reasons(self) -> tuple[list[list[tuple[int, int]]], Whole]:
        """Return all sets of reasons that occur, and which of them each case has.

        A set: what cost most (原因码), at most three, the costliest first, as places of a
        characteristic and its bin; empty for who has no score.
        """
        parts = self.card.characteristics
        order = sorted(range(len(parts)), key=lambda place: parts[place].key)
        costs = np.stack([_taken(parts[one].costs, self.places[one]) for one in order])
        dearest = np.argsort(-costs, axis=0, kind="stable")[:REASONS]
        costly = np.take_along_axis(costs, dearest, axis=0) > 0
        costly &= ~np.isnan(self.points)
        pairs, codes = _coded(np.array(order)[dearest], self.places, costly)
        sets, which = np.unique(codes, axis=1, return_inverse=True)
        return [[pairs[one] for one in case if one] for case in sets.T.tolist()], which


def score_many(card: Card, columns: Mapping[str, Sequence[Any]]) -> ManyScored:
    """Return the scores of cases, whose values stand in a column per characteristic."""
    parts = card.characteristics
    places = np.stack([places_of(one.find, columns[one.key]) for one in parts])
    points = np.zeros(places.shape[1])
    for one, where in zip(parts, places, strict=True):
        points += _taken(one.points, where)
    points[(places < 0).any(axis=0)] = np.nan
    return ManyScored(card, columns, places, points, _probabilities(card, points))


def places_of(find: Finder, values: Sequence[Any]) -> Whole:
    """Return the place of the bin of each value; -1 and below are the words of ``WHYS``."""
    if find.bins.kind == "number" and NUMBERS.issuperset(map(type, values)):
        return _of_numbers(find, np.array(values, dtype=float))
    told = list(zip(map(type, values), values, strict=True))
    known = {one: _one(find, one[1]) for one in set(told)}
    return np.array([known[one] for one in told], dtype=np.int64)


def _of_numbers(find: Finder, numbers: Real) -> Whole:
    """Return the places of numbers; what is missing is no number."""
    low, high = find.bins.low, find.bins.high
    found = np.full(len(numbers), _outside("no_number"))
    known = np.isfinite(numbers)
    if low is None or high is None:
        found[known] = _outside("below")
    else:
        inside = np.array(find.places)[np.searchsorted(find.cuts, numbers[known], side="right")]
        inside[numbers[known] < low] = _outside("below")
        inside[numbers[known] > high] = _outside("above")
        found[known] = inside
    for special, place in find.exact.items():
        if not isinstance(special, str):
            found[numbers == special] = place
    found[np.isnan(numbers)] = _outside("missing") if find.missing is None else find.missing
    return found


def _one(find: Finder, value: Any) -> int:
    try:
        return find(value)
    except OutsideTraining as error:
        return _outside(error.why)


def _outside(why: Why) -> int:
    return NONE - WHYS.index(why)


def _taken(figures: Sequence[float], places: Whole) -> Real:
    """Return a figure of the bin of each case; whatever it is where there is none."""
    found: Real = np.asarray(figures)[np.maximum(places, 0)]
    return found


def _coded(
    which: Whole, places: Whole, costly: NDArray[np.bool_]
) -> tuple[list[tuple[int, int]], Whole]:
    """Return pairs of characteristic and bin, and the place of each reason in them; 0: none."""
    bins = np.take_along_axis(places, which, axis=0)
    width = int(places.max(initial=0)) + 1
    pairs = [(0, 0), *((one, place) for one in range(len(places)) for place in range(width))]
    return pairs, np.where(costly, which * width + bins + 1, 0)


def _probabilities(card: Card, points: Real) -> Real:
    """One by one for each different score: NumPy's exponential has other last digits."""
    levels, inverse = np.unique(points, return_inverse=True)
    said = [card.scale.probability_of_bad(one) for one in levels.tolist()]
    return np.asarray(said, dtype=float)[inverse]
