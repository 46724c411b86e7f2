"""What a version says of histories: alive, purchases, spend, value. Arrays in, arrays out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from guanxi_scoring.lifetime.families import empty_model
from guanxi_scoring.lifetime.spend import Spend

if TYPE_CHECKING:
    from guanxi_scoring.btyd.model import Lifetimes
    from guanxi_scoring.lifetime.histories import Histories, Real

SOON: Final = 90
"""Days of ``expected_purchases_90d``."""
MONTHS: Final = 12
"""Of ``clv_12m``."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """The models of one version, and the discount rate per month."""

    purchases: "Lifetimes"
    spend: Spend | None
    monthly_rate: float

    @classmethod
    def of(cls, fit: Mapping[str, Any], parameters: Mapping[str, Any]) -> "Predictor":
        """Return the models as a version stores them (``Version.fit``, ``.parameters``)."""
        model = empty_model(fit["family"])
        known = fit.get("covariance") or {}
        found = {name: parameters[name] for name in model.NAMES}
        purchases = model.from_params(found, known.get("purchases"))
        rate = fit["options"]["discount_percent"] / 100
        return cls(purchases, Spend.stored(parameters, known.get("spend")), rate)


@dataclass(frozen=True, slots=True)
class Predicted:
    """A figure per history; money is not a number where there is no model of spend."""

    p_alive: "Real"
    purchases_soon: "Real"
    spend: "Real"
    value: "Real"


def predict(predictor: Predictor, found: "Histories") -> Predicted:
    """Predict from histories as they are at their end."""
    import numpy as np  # noqa: PLC0415 -- heavy

    from guanxi_scoring.btyd.lifetime_value import discounting  # noqa: PLC0415 -- heavy

    history = (found.x, found.t_x, found.t)
    ends, factors = discounting(MONTHS, monthly_rate=predictor.monthly_rate)
    told = predictor.purchases.outlook(float(SOON), ends, factors, history)
    spend = value = np.full(len(found), np.nan)
    if predictor.spend is not None:
        spend = predictor.spend.expected(found.paid_days, found.spend)
        value = spend * told.discounted
    return Predicted(np.clip(told.alive, 0.0, 1.0), told.purchases, spend, value)
