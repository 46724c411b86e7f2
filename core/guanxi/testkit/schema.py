"""The schema of a test database, made by the migrations that an installation runs."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from guanxi.config import Config
from guanxi.db.migrate import upgrade_core


def create_schema(url: str) -> None:
    """Create all core tables with what an installation starts with."""
    upgrade_core(url)


def enable_plugins(url: str, names: Iterable[str]) -> None:
    """Enable plugins on a database, each after what it needs."""
    from guanxi.app import build_platform  # noqa: PLC0415 -- most tests need no plugin
    from guanxi.testkit.conformance.base import switch_on  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as home:
        platform = build_platform(Config(home=Path(home)), url)
        for name in names:
            switch_on(platform, name)
        platform.database.dispose()
