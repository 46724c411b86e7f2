"""What a score stands for in words: from which value to which, by the break points of a cut.

Quantiles count ``[min, max)``, fixed thresholds ``(min, max]``. Days and orders are whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from guanxi_segmentation.models import RfmCut

_SCORES: Final = 5


@dataclass(frozen=True, slots=True)
class Range:
    """The values of one score. For whole numbers both ends belong to it.

    :param above: for money under fixed thresholds: the lower end itself does not belong to it,
        the upper one does; else the other way round.
    """

    score: int
    lower: Decimal | None
    upper: Decimal | None
    above: bool = False

    @property
    def empty(self) -> bool:
        """Whether no value has this score, since two break points are equal."""
        if self.lower is None or self.upper is None:
            return False
        return self.lower > self.upper


def ranges(cut: RfmCut, letter: str) -> list[Range]:
    """Return the ranges of the scores 1 to 5 of ``r``, ``f`` or ``m``."""
    breaks: Sequence[Decimal] = getattr(cut, f"{letter}_breaks")
    fixed = cut.convention == "fixed"
    if letter == "m":
        ends = [None, *breaks, None]
        return [Range(n, ends[n - 1], ends[n], above=fixed) for n in range(1, _SCORES + 1)]
    found = _whole(breaks, fixed=fixed)
    if letter == "f":
        return [Range(n, *found[n - 1]) for n in range(1, _SCORES + 1)]
    return [Range(n, *found[_SCORES - n]) for n in range(1, _SCORES + 1)]


def _whole(
    breaks: Sequence[Decimal], *, fixed: bool
) -> list[tuple[Decimal | None, Decimal | None]]:
    """Return the whole numbers between break points, both ends included, ascending."""
    if fixed:
        last = [b.to_integral_value(ROUND_FLOOR) for b in breaks]
    else:
        last = [b.to_integral_value(ROUND_CEILING) - 1 for b in breaks]
    firsts = [None, *(one + 1 for one in last)]
    return list(zip(firsts, [*last, None], strict=True))
