"""Numbers in bins and words in groups (分箱), frozen with each version.

A value that was not known is no value at all and counts nowhere; one that was empty is a value of
its own. So is every word that was too rare to learn from.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MISSING: Final = ""
OTHER: Final = "…"
MOST_BINS: Final = 8
MOST_WORDS: Final = 20
PER_BIN: Final = 40
"""So many cases a bin has at least, about."""
RARE: Final = 5
"""A word of fewer cases is one of the others."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is looked at, with the break points (断点) or words it knows.

    A number falls into the bin ``[breaks[i - 1], breaks[i])``.
    """

    name: str
    is_number: bool
    breaks: tuple[float, ...] = ()
    words: tuple[str, ...] = ()

    def bin(self, facts: Mapping[str, Any]) -> str | None:
        """Return the value of some facts; None where it was not known."""
        if self.name not in facts:
            return None
        value = facts[self.name]
        if value is None:
            return MISSING
        if self.is_number:
            return str(bisect_right(self.breaks, value))
        return str(value) if str(value) in self.words else OTHER

    @property
    def values(self) -> tuple[str, ...]:
        """All values that it can have."""
        if self.is_number:
            return (*map(str, range(len(self.breaks) + 1)), MISSING)
        return (*self.words, OTHER, MISSING)

    def span(self, value: str) -> tuple[float | None, float | None]:
        """Return from where and up to where the numbers of a bin go."""
        place, breaks = int(value), self.breaks
        return (
            breaks[place - 1] if place else None,
            breaks[place] if place < len(breaks) else None,
        )

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored."""
        told = {"name": self.name, "is_number": self.is_number}
        return {**told, "breaks": list(self.breaks), "words": list(self.words)}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Feature":
        """Return the feature of its stored form."""
        return cls(told["name"], told["is_number"], tuple(told["breaks"]), tuple(told["words"]))


def features_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Feature, ...]:
    """Return the features of some cases; what has one value only tells nothing and is left out."""
    names = sorted({name for row in rows for name in row})
    found = (_feature(name, [row[name] for row in rows if name in row]) for name in names)
    return tuple(one for one in found if _tells(one, rows))


def _feature(name: str, values: Sequence[Any]) -> Feature:
    known = [value for value in values if value is not None]
    if known and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    ):
        return Feature(name, is_number=True, breaks=tuple(_breaks(known)))
    counted = sorted(Counter(map(str, known)).items(), key=lambda pair: (-pair[1], pair[0]))
    words = tuple(sorted(word for word, times in counted[:MOST_WORDS] if times >= RARE))
    return Feature(name, is_number=False, words=words)


def _breaks(values: Iterable[float]) -> list[float]:
    """Return quantiles as break points; equal values always fall into one bin.

    Where very many have the least value, such as nought, the others are told from them.
    """
    ordered = sorted(values)
    bins = max(2, min(MOST_BINS, len(ordered) // PER_BIN))
    least, first = ordered[0], len(ordered) // bins
    cuts = {ordered[len(ordered) * place // bins] for place in range(1, bins)}
    above = bisect_right(ordered, least)
    if first < above < len(ordered):
        cuts.add(ordered[above])
    return sorted(float(cut) for cut in cuts if cut > least)


def _tells(feature: Feature, rows: Sequence[Mapping[str, Any]]) -> bool:
    from guanxi_scoring.propensity.encoding import places  # noqa: PLC0415 -- needs NumPy

    found = set(places(feature, rows).tolist()) - {-1}
    return len(found) > 1
