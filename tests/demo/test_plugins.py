"""What plugins add to the demo: they are enabled and asked once per installation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.customers.models import Tag
from guanxi.demo import load
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import disable
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder

FILLING = """
from sqlalchemy import text
def fill(session, now):
    session.execute(text("INSERT INTO tags (name) VALUES (gen_random_uuid()::text)"))
    {more}
@hookimpl
def register_demo(): return Demo(fill)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    """An empty folder for plugins, on ``sys.path``."""
    with plugin_folder(tmp_path / "site") as opened:
        yield opened


def open_platform(config: Config, url: str) -> Platform:
    """A platform with the plugins that are installed now."""
    config.home.mkdir(parents=True, exist_ok=True)
    platform = build_platform(config, url)
    platform.host.refresh_from(platform.database)
    return platform


def tags(platform: Platform) -> int:
    """How often somebody was asked."""
    with platform.database.read() as session:
        return session.scalar(select(func.count()).select_from(Tag)) or 0


def only(platform: Platform, name: str) -> None:
    """Leave plugins that happen to be installed beside out of the demo."""
    demos = tuple(one for one in platform.host.demos() if one[0] == name)
    platform.host.demos = lambda: demos  # type: ignore[method-assign]


def test_a_plugin_is_enabled_and_fills_the_demo_once(
    folder: PluginFolder, config: Config, database_url: str
) -> None:
    folder.add("sample", FILLING.format(more=""))
    platform = open_platform(config, database_url)
    only(platform, "sample")

    first = load._fill_plugins(platform)
    disable(platform.database, platform.host, "sample", actor=load.ACTOR, now=utc_now())
    second = load._fill_plugins(platform)

    assert (first, second) == (True, False)
    assert tags(platform) == 1
    assert "sample" not in platform.host.enabled
    platform.database.dispose()


def test_a_demo_that_was_interrupted_is_filled_at_the_next_start(
    folder: PluginFolder, config: Config, database_url: str
) -> None:
    stop = config.home / "stop"
    folder.add(
        "sample", FILLING.format(more=f"assert not __import__('os').path.exists({str(stop)!r})")
    )
    platform = open_platform(config, database_url)
    only(platform, "sample")
    stop.touch()
    with pytest.raises(AssertionError):
        load._fill_plugins(platform)
    nothing = tags(platform)
    stop.unlink()

    load._fill_plugins(platform)

    assert (nothing, tags(platform)) == (0, 1)
    platform.database.dispose()
