"""Buy-till-you-die models (客户购买生命周期模型): a library of its own, on NumPy alone.

``BetaGeo().fit(frequency, recency, T)`` returns a fitted model that knows the probability that a
customer is still alive and what it will buy. Nothing here imports anything of Guanxi; times are
in any one unit, and ``as of`` is whatever instant T ends at.
"""

from guanxi_scoring.btyd.dropout import BetaGeo, ModifiedBetaGeo
from guanxi_scoring.btyd.errors import BadHistory, BtydError, CannotFit, NotFitted

__all__ = ["BadHistory", "BetaGeo", "BtydError", "CannotFit", "ModifiedBetaGeo", "NotFitted"]
