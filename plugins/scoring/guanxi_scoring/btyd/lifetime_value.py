"""Customer lifetime value (客户终身价值): expected purchases times expected spend, discounted.

For each month (or other step) the purchases expected in it are the difference between those
expected until its end and until its beginning. While a customer is alive that sum depends on x
and T alone, so it is computed once for all who share them.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi_scoring.btyd.errors import N_, BadHistory
from guanxi_scoring.btyd.histories import checked
from guanxi_scoring.btyd.model import Lifetimes, told

Array = NDArray[np.float64]
PER_MONTH: Final = {
    "hours": 730.5,
    "days": 30.4375,
    "weeks": 30.4375 / 7,
    "months": 1.0,
    "years": 1 / 12,
}
"""Units of time in a mean month of the Gregorian calendar's four-year cycle."""


def customer_lifetime_value(
    model: Lifetimes,
    spend: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    *,
    months: int = 12,
    time_unit: str | float = "days",
    monthly_rate: float = 0.0,
) -> Any:
    """Return the value of what each customer is expected to buy in the months to come.

    Purchases of a month are discounted as if paid at its end (as in Fader, Hardie & Lee 2005).

    :param spend: expected spend (or margin) per purchase, one per customer or one for all.
    :param months: how many months from now; further purchases do not count.
    :param time_unit: of recency, T and the model: a name in ``PER_MONTH``, or units per month.
    :param monthly_rate: discount rate per month; see :func:`monthly_rate_of` for a yearly one.
    :raises BadHistory: no such unit, no months, or a rate of -1 or less.
    """
    ends, factors = discounting(months, time_unit, monthly_rate)
    purchases = model.discounted_purchases(ends, factors, *checked(frequency, recency, T))
    return told(np.asarray(spend, dtype=np.float64) * purchases)


def discounting(
    months: int, time_unit: str | float = "days", monthly_rate: float = 0.0
) -> tuple[Array, Array]:
    """Return when each month from now ends, and the factor of what is bought in it.

    :raises BadHistory: no such unit, no months, or a rate of -1 or less.
    """
    if months < 1 or not monthly_rate > -1:
        raise BadHistory(N_("The horizon must be a month or more, and the rate above -100 %."))
    steps = np.arange(1.0, months + 1.0)
    return steps * _per_month(time_unit), (1.0 + monthly_rate) ** -steps


def monthly_rate_of(annual_rate: float) -> float:
    """Return the monthly rate that compounds to a yearly one."""
    return float(np.expm1(np.log1p(annual_rate) / 12.0))


def _per_month(time_unit: str | float) -> float:
    if not isinstance(time_unit, str):
        return float(time_unit)
    if time_unit not in PER_MONTH:
        raise BadHistory(
            N_("There is no unit of time %(unit)s; there are: %(units)s."),
            unit=time_unit,
            units=", ".join(PER_MONTH),
        )
    return PER_MONTH[time_unit]
