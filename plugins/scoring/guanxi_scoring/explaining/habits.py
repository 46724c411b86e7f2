"""What a customer would score with one thing about them as usual, and all else as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from guanxi_scoring.models import Version

Usual = Mapping[str, Any]
"""What is usual among customers who come back: ``x``, ``silence``, ``t``, ``spend``; see
``lifetime.usual``."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What the lifetime model knows of a customer: days, and money of a purchase.

    :param x: days with a purchase beside the first; ``silence`` days since the last of them, and
        ``t`` since the first.
    """

    x: float
    silence: float
    t: float
    spend: float | None

    @property
    def t_x(self) -> float:
        """Days from the first day with a purchase to the last."""
        return max(self.t - self.silence, 0.0) if self.x > 0 else 0.0

    @property
    def gap(self) -> float | None:
        """Days between two purchases, on average; None after one only."""
        return self.t_x / self.x if self.x > 0 else None


@dataclass(frozen=True, slots=True)
class Scores:
    """What a version makes of a habit; ``clv_12m`` is None without a model of spend."""

    p_alive: float
    expected_purchases_90d: float
    clv_12m: float | None


def unlike(habit: Habit, usual: Usual) -> dict[str, Habit]:
    """Return the habit with each thing as usual, by which thing that is; alike ones are left out.

    :param usual: empty where the version does not tell it; then nothing is compared.
    """
    if not usual:
        return {}
    found = {"x": replace(habit, x=usual["x"], silence=_silence(habit, usual))}
    silence, age = usual["silence"], usual["t"]
    if habit.x > 0:
        found["silence"] = replace(habit, silence=min(silence, habit.t))
        found["t"] = replace(habit, t=age, silence=min(habit.silence, age))
    else:
        found["silence"] = replace(habit, t=silence, silence=silence)
    if habit.spend is not None and usual.get("spend") is not None:
        found["spend"] = replace(habit, spend=usual["spend"])
    return {name: one for name, one in found.items() if one != habit}


def scored(version: Version, habits: Sequence[Habit]) -> list[Scores]:
    """Ask a version for the scores of several habits at once."""
    import numpy as np  # noqa: PLC0415 -- heavy: only who reads reasons needs it

    from guanxi_scoring.btyd import customer_lifetime_value  # noqa: PLC0415 -- as above
    from guanxi_scoring.lifetime.predicting import MONTHS, SOON, Predictor  # noqa: PLC0415

    asked = Predictor.of(version.fit, version.parameters)
    names = ("x", "t_x", "t")
    history = [np.array([getattr(one, name) for one in habits], dtype=float) for name in names]
    alive = np.atleast_1d(asked.purchases.probability_alive(*history))
    soon = np.atleast_1d(asked.purchases.expected_purchases(float(SOON), *history))
    values: list[float | None] = [None] * len(habits)
    if asked.spend is not None:
        means = np.array([np.nan if one.spend is None else one.spend for one in habits])
        days = np.where(np.isnan(means), 0, history[0]).astype(np.int64)
        worth = customer_lifetime_value(
            asked.purchases, asked.spend.expected(days, means), *history,
            months=MONTHS, monthly_rate=asked.monthly_rate,
        )  # fmt: skip
        values = [float(one) for one in np.atleast_1d(worth)]
    rows = zip(alive, soon, values, strict=True)
    return [Scores(float(p), float(n), value) for p, n, value in rows]


def _silence(habit: Habit, usual: Usual) -> float:
    """Return how long somebody would be silent who had come back: as now, or as usual."""
    return habit.silence if habit.x > 0 else min(float(usual["silence"]), habit.t)
