"""A table with the name of a core table."""

from sqlalchemy.orm import Mapped

from guanxi.sdk import Manifest, PrimaryId, Text, hookimpl, model_base

PLUGIN = Manifest(
    name="broken_table",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_table",
)


Base = model_base()


class Customers(Base):
    """Would be the core's table."""

    __tablename__ = "customers"

    id: Mapped[PrimaryId]


@hookimpl
def register_models():
    """Bring the table."""
    return Base.metadata
