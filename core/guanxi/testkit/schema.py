"""The schema of a test database, made by the migrations that an installation runs."""

from guanxi.db.migrate import upgrade_core


def create_schema(url: str) -> None:
    """Create all core tables with what an installation starts with."""
    upgrade_core(url)
