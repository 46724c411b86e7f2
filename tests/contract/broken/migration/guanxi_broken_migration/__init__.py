"""A migration that fails half way."""

from sqlalchemy.orm import Mapped

from guanxi.sdk import Manifest, PrimaryId, Text, hookimpl, model_base

PLUGIN = Manifest(
    name="broken_migration",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_migration",
    migrations="migrations",
)


Base = model_base()


class Thing(Base):
    """A table like any other."""

    __tablename__ = "broken_migration_things"

    id: Mapped[PrimaryId]


@hookimpl
def register_models():
    """Bring the table."""
    return Base.metadata
