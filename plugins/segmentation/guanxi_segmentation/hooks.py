"""What segmentation adds to Guanxi; each hook is explained in the reference."""

from guanxi.sdk import hookimpl
from guanxi_segmentation.models import Base
from guanxi_segmentation.settings import SegmentationSettings


@hookimpl
def register_models():
    return Base.metadata


@hookimpl
def register_settings():
    return SegmentationSettings
