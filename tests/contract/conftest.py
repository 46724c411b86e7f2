"""A platform with one more plugin, out of ``broken/``, beside the installed ones."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from guanxi.app import build_platform
from guanxi.config import Config
from guanxi.platform import Platform
from guanxi.testkit.plugin_folder import plugin_folder

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(folder.name for folder in BROKEN.iterdir() if folder.is_dir())

PlatformWith = Callable[[str], Platform]


@pytest.fixture
def platform_with(config: Config, database_url: str) -> Iterator[PlatformWith]:
    """Builds a platform with the plugin of one folder of ``broken/``."""
    config.home.mkdir(parents=True, exist_ok=True)
    limited = replace(config, plugin_load_limit=3.0, plugin_errors="isolate")
    with ExitStack() as stack:

        def build(case: str) -> Platform:
            stack.enter_context(plugin_folder(BROKEN / case))
            platform = build_platform(limited, database_url)
            stack.callback(platform.database.dispose)
            platform.host.refresh_from(platform.database)
            assert platform.host.attendance is not None
            stack.callback(platform.host.attendance.stop)
            return platform

        yield build
