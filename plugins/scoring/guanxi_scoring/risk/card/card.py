"""A card at work: the score of a case from its values, with reasons, in plain Python.

``many`` does the same for many cases at once.
Its parameters are plain JSON (bins, weights, coefficients, points), so that any program can
compute the same. A value that training never saw has no points, so the case has no score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from guanxi_scoring.risk.card.bins import Bins, Finder, OutsideTraining, Why
from guanxi_scoring.risk.card.points import Scale

REASONS: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one characteristic of a case gave: its bin, its points, what it cost."""

    key: str
    place: int
    points: float
    woe: float
    cost: float
    """Points below what it is held against; never below nought."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of a case."""

    points: float
    probability: float
    """That it turns out bad."""
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[Part, ...]:
        """The characteristics that cost most, at most three (原因码)."""
        costly = [one for one in self.parts if one.cost > 0]
        return tuple(sorted(costly, key=lambda one: (-one.cost, one.key))[:REASONS])


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a case has no score: a characteristic whose value training never saw."""

    key: str
    why: Why
    value: Any


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic of a card: what finds the bin of a value, and what each bin gives."""

    key: str
    find: Finder
    points: tuple[float, ...]
    woe: tuple[float, ...]
    costs: tuple[float, ...]


class Card:
    """A card made from its parameters."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.scale = Scale(parameters["pdo"], parameters["base_score"], parameters["base_odds"])
        against: Literal["maximum", "neutral"] = parameters["reasons_against"]
        self.characteristics = tuple(
            _characteristic(one, against) for one in parameters["characteristics"]
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The characteristics that a case needs, by key."""
        return tuple(one.key for one in self.characteristics)

    def score(self, values: Mapping[str, Any]) -> Scored | Refusal:
        """Return the score of a case, or which value keeps it from having one."""
        parts, total = [], 0.0
        for one in self.characteristics:
            value = values.get(one.key)
            try:
                place = one.find(value)
            except OutsideTraining as error:
                return Refusal(one.key, error.why, value)
            total += one.points[place]
            parts.append(Part(one.key, place, one.points[place], one.woe[place], one.costs[place]))
        return Scored(total, self.scale.probability_of_bad(total), tuple(parts))


def _characteristic(
    stored: Mapping[str, Any], against: Literal["maximum", "neutral"]
) -> Characteristic:
    points = tuple(one["points"] for one in stored["bins"])
    held_against = max(points) if against == "maximum" else stored["neutral"]
    return Characteristic(
        stored["key"],
        Bins.restored(stored).finder(),
        points,
        tuple(one["woe"] for one in stored["bins"]),
        tuple(max(held_against - one, 0.0) for one in points),
    )
