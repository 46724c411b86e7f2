"""Whether a week's figure is out of the ordinary, by what the weeks before it were.

The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993, eq. 3.2):
the distance from the median in units of the median absolute deviation, times 0.6745; 3.5 and
more is out of the ordinary. Taken of ``log(1 + value)``, since figures grow by shares, with sign
for money that may be below zero. The deviation counts as at least :data:`LEAST`, and for counts as
at least what chance alone would do (Poisson: 1 / sqrt(median)), or quiet weeks would alarm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import expm1, log1p, sqrt
from statistics import median
from typing import Final

BEFORE: Final = 12
"""So many weeks before say what is ordinary."""
ENOUGH: Final = 8
FROM: Final = 3.5
LEAST: Final = 0.05
_TO_DEVIATION: Final = 0.6745


@dataclass(frozen=True, slots=True)
class Unusual:
    """A week's figure with what was expected of it."""

    week_on: date
    value: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    score: float


def unusual(values: Mapping[date, Decimal], *, counts: bool) -> list[Unusual]:
    """Return the weeks that are out of the ordinary, in their order.

    :param values: by consecutive weeks.
    :param counts: they count something, so chance alone moves them.
    """
    found: list[Unusual] = []
    order = sorted(values)
    for place in range(ENOUGH, len(order)):
        before = [values[week] for week in order[max(0, place - BEFORE) : place]]
        judged = judge(order[place], values[order[place]], before, counts=counts)
        if abs(judged.score) >= FROM:
            found.append(judged)
    return found


def judge(week_on: date, value: Decimal, before: Sequence[Decimal], *, counts: bool) -> Unusual:
    """Return a week's figure beside what the weeks before let expect."""
    logs = [_log(one) for one in before]
    middle = median(logs)
    deviation = median(abs(one - middle) for one in logs) / _TO_DEVIATION
    chance = 1 / sqrt(max(expm1(abs(middle)), 1)) if counts else 0.0
    scale = max(deviation, chance, LEAST)
    return Unusual(
        week_on,
        value,
        expected=_back(middle),
        low=_back(middle - FROM * scale),
        high=_back(middle + FROM * scale),
        score=(_log(value) - middle) / scale,
    )


def _log(value: Decimal) -> float:
    number = float(value)
    return log1p(number) if number >= 0 else -log1p(-number)


def _back(value: float) -> Decimal:
    number = expm1(value) if value >= 0 else -expm1(-value)
    return Decimal(str(round(number, 4)))
