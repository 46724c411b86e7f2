"""The REST API of segmentation; each module adds its operations to the one blueprint."""

from guanxi_segmentation.api import members, segments
from guanxi_segmentation.api.blueprint import api

__all__ = ["api", "members", "segments"]
