"""The REST API of touchpoints; the operations lie in the modules beside this one."""

from guanxi.touchpoints.api import bulk, correcting, planning, touchpoints, vocabulary
from guanxi.touchpoints.api.blueprint import api

__all__ = ["api", "bulk", "correcting", "planning", "touchpoints", "vocabulary"]
