"""The REST API of segmentation; each module adds its operations to the one blueprint."""

from guanxi_segmentation.api import classes, key_accounts, members, rfm, schemes, segments, values
from guanxi_segmentation.api.blueprint import api

__all__ = ["api", "classes", "key_accounts", "members", "rfm", "schemes", "segments", "values"]
