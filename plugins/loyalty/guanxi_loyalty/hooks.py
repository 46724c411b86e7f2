"""What loyalty adds to Guanxi; each hook is explained in the reference."""

from sqlalchemy import MetaData

from guanxi.sdk import hookimpl
from guanxi_loyalty.models import Base


@hookimpl
def register_models() -> MetaData:
    """Bring the tables."""
    return Base.metadata
