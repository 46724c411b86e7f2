"""Why the lifetime model gives a customer these scores, by what would be if they were usual.

Each thing it knows (how often, how long silent, since when a customer, how much) is replaced by
what is usual among customers who come back, one at a time, and the model asked again: the
difference is how much it matters for this customer (反事实解释). What is usual was stored when the
version was fitted, so nobody else's history is read here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.explaining.habits import Habit, Scores, scored, unlike
from guanxi_scoring.explaining.lifetime_reasons import Comparison, reasons_of
from guanxi_scoring.explaining.registry import Explained, Unit
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.life.finding import find_model, get_version
from guanxi_scoring.lifetime.intervals import bounds_of_score
from guanxi_scoring.models import LifetimeScore, Model, Version
from guanxi_scoring.texts import N_

MODEL: Final = "lifetime"
TITLES: Final[Mapping[str, Text]] = {
    "p_alive": Text("Still active", "仍活跃的概率"),
    "expected_purchases_90d": Text("Purchases expected in 90 days", "未来 90 天预期购买次数"),
    "clv_12m": Text("Lifetime value, 12 months", "客户终身价值（12 个月）"),
}
UNITS: Final[Mapping[str, Unit]] = {
    "p_alive": "probability",
    "expected_purchases_90d": "number",
    "clv_12m": "money",
}
_NEVER: Final = Sentence(N_("Has never bought, so there is nothing to learn from yet."))
_NO_SPEND: Final = Sentence(
    N_("There is no model of spend, as too few customers have paid on more than one day.")
)


def explain(session: Session, customer_id: UUID) -> Sequence[Explained]:
    """Return the scores of the lifetime model with their reasons; nothing where it is not used."""
    model = find_model(session, MODEL)
    if model is None:
        return ()
    row = session.get(LifetimeScore, customer_id)
    if row is None:
        return [
            Explained(key, title, None, model=model.key, unknown=_NEVER)
            for key, title in TITLES.items()
        ]
    version = get_version(session, model, row.model_version)
    return _explained(model, row, version)


def _explained(model: Model, row: LifetimeScore, version: Version) -> list[Explained]:
    likely = _bounds(row, version)
    seen = compared(row, version)
    values: Mapping[str, Decimal | float | None] = {
        "p_alive": row.p_alive,
        "expected_purchases_90d": row.expected_purchases_90d,
        "clv_12m": row.clv_12m,
    }
    return [
        Explained(
            key,
            title,
            values[key],
            UNITS[key],
            row.currency if UNITS[key] == "money" else None,
            model.key,
            row.model_version,
            row.as_of,
            reasons_of(key, values[key], seen),
            _NO_SPEND if values[key] is None else None,
            likely.get(key),
        )
        for key, title in TITLES.items()
    ]


def _bounds(
    row: LifetimeScore, version: Version
) -> Mapping[str, Callable[[], tuple[float, float] | None]]:
    """Return what works out the bounds of each score, at most once and only if it is asked."""
    found = cache(lambda: bounds_of_score(row, version))

    def of_value() -> tuple[float, float] | None:
        value = found().value
        return None if value is None or row.clv_12m is None else (value.low, value.high)

    def of_purchases() -> tuple[float, float]:
        return found().purchases_soon.low, found().purchases_soon.high

    return {"expected_purchases_90d": of_purchases, "clv_12m": of_value}


def compared(row: LifetimeScore, version: Version) -> Comparison:
    """Return what the scores of a customer would be with each thing as usual."""
    habit, usual = habit_of(row), version.fit.get("usual") or {}
    others = unlike(habit, usual)
    found = scored(version, [habit, *others.values()]) if others else []
    changed = {
        name: replace(one, clv_12m=_in_proportion(row, found[0], one))
        for name, one in zip(others, found[1:], strict=True)
    }
    return Comparison(habit, usual, changed, version.fit.get("family", ""), row.currency)


def _in_proportion(row: LifetimeScore, own: Scores, other: Scores) -> float | None:
    """Return another value as the stored one relates to ours.

    The stored one knows on how many days something was paid, which we take for repeat purchases.
    """
    if row.clv_12m is None or other.clv_12m is None or not own.clv_12m:
        return None
    return float(row.clv_12m) * other.clv_12m / own.clv_12m


def habit_of(row: LifetimeScore) -> Habit:
    """Return what the model knew of a customer when it gave these scores."""
    spend = None if row.mean_spend is None else float(row.mean_spend)
    return Habit(row.x, row.t - row.t_x, row.t, spend)
