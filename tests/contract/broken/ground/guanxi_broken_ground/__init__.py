"""A migration that alters a table of the core."""

from sqlalchemy.orm import Mapped

from guanxi.sdk import Manifest, PrimaryId, Text, hookimpl, model_base

PLUGIN = Manifest(
    name="broken_ground",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_ground",
    migrations="migrations",
)


Base = model_base()


class Thing(Base):
    """A table like any other."""

    __tablename__ = "broken_ground_things"

    id: Mapped[PrimaryId]


@hookimpl
def register_models():
    """Bring the table."""
    return Base.metadata
