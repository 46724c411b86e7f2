"""The risk coefficient (风险系数): how factors combine, and how mitigation lowers it.

Factors are joined by a noisy-or: each alone may bring harm with probability ``weight * risk``,
independently of the others, so ``1 - product(1 - weight_i * risk_i)``: Pearl, Probabilistic
Reasoning in Intelligent Systems (1988), section 4.3.2. What mitigations leave over is multiplied:
``inherent * product(1 - share_j)``, each taking its share of what the others left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import prod
from typing import Any, Final, Literal

from guanxi_scoring.life.contract import Sentence

RiskClass = Literal["low", "medium", "high", "unknown"]
CLASSES: Final[tuple[RiskClass, ...]] = ("low", "medium", "high", "unknown")
DEFAULT: Final = "default"
"""The key of the probability of default, the one factor that the others cannot stand in for."""
PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its own risk and how much it counts, both from 0 to 1."""

    key: str
    risk: float
    weight: float
    told: Sentence

    @property
    def part(self) -> float:
        """The probability that it alone brings harm."""
        return min(max(self.risk, 0.0), 1.0) * min(max(self.weight, 0.0), 1.0)

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {
            "key": self.key,
            "risk": round(self.risk, 6),
            "weight": self.weight,
            "part": round(self.part, 6),
            "told": self.told.told,
        }


def inherent(factors: Iterable[Factor]) -> Decimal:
    """Return the coefficient before mitigation."""
    return _rounded(1 - prod(1 - one.part for one in factors))


def mitigated(before: Decimal, shares: Iterable[Decimal]) -> Decimal:
    """Return what mitigations that take these shares leave over; never more than before."""
    return _rounded(before * prod((1 - one for one in shares), start=Decimal(1)))


def class_of(coefficient: Decimal | None, settings: Mapping[str, Any]) -> RiskClass:
    """Return the class of a coefficient by the thresholds of the settings."""
    if coefficient is None:
        return "unknown"
    if coefficient >= settings["risk_high_from"]:
        return "high"
    return "medium" if coefficient >= settings["risk_medium_from"] else "low"


def is_enough(factors: Sequence[Factor], settings: Mapping[str, Any]) -> bool:
    """Say whether factors are enough for a coefficient; without one a class would be a guess."""
    if settings["risk_needs_default"]:
        return any(one.key == DEFAULT for one in factors)
    return bool(factors)


def _rounded(value: Decimal | float) -> Decimal:
    found = Decimal(value).quantize(PLACES, ROUND_HALF_EVEN)
    return min(max(found, Decimal(0)), Decimal(1))
