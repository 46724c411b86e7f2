"""What segmentation adds to Guanxi; each hook is explained in the reference."""

from guanxi.sdk import hookimpl
from guanxi_segmentation.models import Base


@hookimpl
def register_models():
    return Base.metadata
