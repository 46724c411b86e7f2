"""Operations for programs; each module adds its own to the one blueprint."""

from guanxi_surveys.api import surveys
from guanxi_surveys.api.blueprint import api

__all__ = ["api", "surveys"]
