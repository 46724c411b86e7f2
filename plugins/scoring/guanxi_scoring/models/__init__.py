"""Tables of scoring, by what they are about; all share one base."""

from guanxi_scoring.models.base import Base
from guanxi_scoring.models.life import Model, Version

__all__ = ["Base", "Model", "Version"]
