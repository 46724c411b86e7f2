"""Between which bounds a customer's purchases and value will lie, nine times out of ten (区间预测).

Three sources of doubt are drawn together, with a fixed seed: the parameters of the model (from
their covariance at the maximum of the likelihood), the customer (rate, whether still there, usual
spend: their posteriors given the history), and chance itself, for what is told is what will be
bought, not its mean. Of the draws the shortest range is taken that holds nine tenths (highest
posterior density, Box & Tiao 1973, section 2.8), since counts pile up at nought. It takes some
milliseconds for one customer, too many for everybody's, so it is worked out where it is shown.
Not in it: that the model itself may not fit the company; the hold-out tells that.
"""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from guanxi_scoring.lifetime.predicting import MONTHS, SOON, Predictor
from guanxi_scoring.models import LifetimeScore, Version

if TYPE_CHECKING:
    from guanxi_scoring.lifetime.histories import Real

SHARE: Final = 0.9
MODELS: Final = 64
"""Draws of the parameters."""
EACH: Final = 64
"""Draws of the customer for each of them: 4,096 in all, so a bound is right to some hundredths."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """The range of each score; no value where there is no model of spend."""

    purchases_soon: Range
    value: Range | None


def bounds_of(
    predictor: Predictor,
    *,
    x: int,
    t_x: int,
    t: int,
    paid_days: int = 0,
    spend: float = 0.0,
    seed: int = 0,
    days: float = SOON,
) -> Bounds:
    """Return the bounds for a customer with a history; times are in days.

    :param spend: mean of the ``paid_days``.
    :param days: of ``purchases_soon``.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    from guanxi_scoring.btyd.lifetime_value import PER_MONTH  # noqa: PLC0415 -- heavy

    draw = np.random.default_rng(seed)
    ends = np.append(np.arange(1.0, MONTHS + 1.0) * PER_MONTH["days"], days)
    order = np.argsort(ends, kind="stable")
    models = predictor.purchases.drawn(MODELS, draw)
    rows = [one.drawn_purchases(ends[order], (x, t_x, t), EACH, draw) for one in models]
    bought = np.concatenate(rows)[:, np.argsort(order)]
    soon = shortest(bought[:, -1])
    if predictor.spend is None:
        return Bounds(soon, None)
    monthly = np.diff(bought[:, :-1], axis=1, prepend=0.0)
    factors = (1.0 + predictor.monthly_rate) ** -np.arange(1.0, MONTHS + 1.0)
    money = predictor.spend.model.drawn(MODELS, draw)
    paid = [
        one.drawn_spend(rows, paid_days, spend, draw)
        for one, rows in zip(money, np.split(monthly, MODELS), strict=True)
    ]
    return Bounds(soon, shortest(np.concatenate(paid) @ factors))


def bounds_of_score(score: LifetimeScore, version: Version) -> Bounds:
    """Return the bounds of a stored score, from what it knew of the customer.

    On how many days something was paid is not stored; all repeat days are taken for such.
    """
    return bounds_of(
        Predictor.of(version.fit, version.parameters),
        x=score.x,
        t_x=score.t_x,
        t=score.t,
        paid_days=0 if score.mean_spend is None else score.x,
        spend=float(score.mean_spend or 0),
        seed=version.seed,
    )


def shortest(draws: "Real", share: float = SHARE) -> Range:
    """Return the shortest range that holds a share of the draws; of equal ones the lowest."""
    import numpy as np  # noqa: PLC0415 -- heavy

    ordered = np.sort(draws)
    within = ceil(share * len(ordered))
    widths = ordered[within - 1 :] - ordered[: len(ordered) - within + 1]
    at = int(np.argmin(widths))
    return Range(float(ordered[at]), float(ordered[at + within - 1]))
