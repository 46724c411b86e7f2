"""Operations for programs; each module adds its own to the one blueprint."""

from guanxi_surveys.api import answers, results, surveys
from guanxi_surveys.api.blueprint import api

__all__ = ["answers", "api", "results", "surveys"]
