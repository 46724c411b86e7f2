"""The schema of a test database, made by the migrations that an installation runs."""

from sqlalchemy import create_engine, text

from guanxi.db.all_models import Base
from guanxi.db.seeds import seed
from guanxi.delivery.jobs import create_queue


def create_schema(url: str) -> None:
    """Create all core tables with what an installation starts with."""
    engine = create_engine(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        create_queue(connection)
        seed(connection)
        connection.execute(text("SELECT 1"))
    engine.dispose()
