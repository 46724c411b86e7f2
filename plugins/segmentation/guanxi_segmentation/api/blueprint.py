"""The blueprint of all operations under ``/api/v1/segmentation``."""

from typing import Final

from guanxi.sdk import Api
from guanxi_segmentation.sight import require_sight

VIEW: Final = "segmentation.view"
MANAGE: Final = "segmentation.manage"

api = Api("segmentation", "guanxi_segmentation", description="Segments, RFM, value and classes")


@api.before_request
def require_customers() -> None:
    """Let in only those who may see customers, whom nearly every answer names."""
    require_sight()
