"""Buy-till-you-die models (客户购买生命周期模型): a library of its own, on NumPy and SciPy.

``BetaGeo().fit(frequency, recency, T)`` returns a fitted model that knows the probability that a
customer is still alive and what it will buy; ``BetaGeo.from_params(...)`` one that was fitted
before. Nothing here imports anything of Guanxi, nor looks at a clock: times are in any one unit,
and now is whatever instant T ends at.
"""

from guanxi_scoring.btyd.beta_binomial import BetaGeoBetaBinom
from guanxi_scoring.btyd.dropout import BetaGeo, ModifiedBetaGeo
from guanxi_scoring.btyd.errors import BadHistory, BtydError, CannotFit, NotFitted
from guanxi_scoring.btyd.gamma_gamma import GammaGamma
from guanxi_scoring.btyd.lifetime_value import customer_lifetime_value, monthly_rate_of
from guanxi_scoring.btyd.model import Fitted, Lifetimes
from guanxi_scoring.btyd.pareto import ParetoNBD

__all__ = [
    "BadHistory",
    "BetaGeo",
    "BetaGeoBetaBinom",
    "BtydError",
    "CannotFit",
    "Fitted",
    "GammaGamma",
    "Lifetimes",
    "ModifiedBetaGeo",
    "NotFitted",
    "ParetoNBD",
    "customer_lifetime_value",
    "monthly_rate_of",
]
