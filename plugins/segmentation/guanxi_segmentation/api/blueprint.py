"""The blueprint of all operations under ``/api/v1/segmentation``."""

from typing import Final

from guanxi.sdk import Api

VIEW: Final = "segmentation.view"
MANAGE: Final = "segmentation.manage"

api = Api("segmentation", "guanxi_segmentation", description="Segments, RFM, value and classes")
