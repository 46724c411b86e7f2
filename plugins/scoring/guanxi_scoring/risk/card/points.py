"""Points (评分): the logarithm of the odds on a scale that people can read.

``score = offset + factor * ln(good : bad)``, ``factor = pdo / ln 2``,
``offset = base_score - factor * ln(base_odds)``; so each ``pdo`` points double the odds: Siddiqi,
Credit Risk Scorecards (2006), chapter 6, "Scorecard scaling".
"""

from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale: ``base_score`` points are odds of ``base_odds`` good to one bad."""

    pdo: float = 20.0
    base_score: float = 600.0
    base_odds: float = 50.0

    @property
    def factor(self) -> float:
        """Points per unit of the logarithm of the odds."""
        return self.pdo / log(2)

    @property
    def offset(self) -> float:
        """Points at even odds."""
        return self.base_score - self.factor * log(self.base_odds)

    def points(self, log_odds: float) -> float:
        """Return the score of a logarithm of the odds, good to bad."""
        return self.offset + self.factor * log_odds

    def log_odds(self, points: float) -> float:
        """Return the logarithm of the odds, good to bad, of a score."""
        return (points - self.offset) / self.factor

    def probability_of_bad(self, points: float) -> float:
        """Return the probability that a case of that score turns out bad (违约概率)."""
        return probability_of_bad(self.log_odds(points))

    def part(self, woe: float, coefficient: float, intercept: float, parts: int) -> float:
        """Return the points of one bin, of a card with so many characteristics.

        ``(coefficient * woe + intercept / parts) * factor + offset / parts``: the parts of all
        characteristics add up to the score (Siddiqi 2006, chapter 6).
        """
        return (coefficient * woe + intercept / parts) * self.factor + self.offset / parts


def probability_of_bad(log_odds: float) -> float:
    """Return ``1 / (1 + e^log_odds)`` without overflow."""
    if log_odds >= 0:
        small = exp(-log_odds)
        return small / (1 + small)
    return 1 / (1 + exp(log_odds))
