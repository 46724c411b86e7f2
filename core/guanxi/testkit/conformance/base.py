"""What all promises work with: the plugin loaded, and a platform on which it is enabled."""

from collections.abc import Collection
from typing import ClassVar

import pytest

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.loading import LoadedPlugin
from guanxi.testkit.conformance.story import Story

ACTOR = Actor("system", "conformance")


class Promises:
    """The plugin under test, and what it may leave open."""

    plugin: ClassVar[str]
    """The plugin's name; its package is installed."""
    volatile: ClassVar[Collection[str]] = ()
    """Columns (``table.column``) that a replay may leave different."""
    keeps_after_erasure: ClassVar[Collection[str]] = ()
    """Tables whose rows about an erased customer a law requires; nothing personal in them."""

    @pytest.fixture
    def loaded(self, platform: Platform) -> LoadedPlugin:
        """The plugin, loaded but not enabled."""
        found = platform.host.plugin(self.plugin)
        assert found is not None, f"No installed package brings a plugin named {self.plugin}."
        assert found.problem is None, str(found.problem)
        return found

    @pytest.fixture
    def brings(self, loaded: LoadedPlugin) -> Contribution:
        """What the plugin declares."""
        assert loaded.contribution is not None
        return loaded.contribution

    @pytest.fixture
    def enabled(self, platform: Platform, loaded: LoadedPlugin) -> Platform:
        """A platform on which the plugin, and what it needs, is enabled."""
        switch_on(platform, loaded.name)
        return platform

    @pytest.fixture
    def story(self, enabled: Platform) -> Story:
        """The log of that platform, and the plugin as its reader."""
        return Story(enabled, self.plugin, utc_now())


def switch_on(platform: Platform, name: str) -> None:
    """Enable a plugin after what it needs."""
    for needed in needs(platform, name)[::-1]:
        enable(platform.database, platform.host, needed, actor=ACTOR, now=utc_now())


def needs(platform: Platform, name: str) -> tuple[str, ...]:
    """Return the plugin's name and all that it needs, directly or not."""
    plugin = platform.host.plugin(name)
    requires = plugin.manifest.requires if plugin and plugin.manifest else ()
    return (name, *(more for needed in requires for more in needs(platform, needed)))
