"""Promises about the package: loading, texts, how to remove it, tables and their migrations."""

import re
from importlib import metadata

import pytest

from guanxi.clock import utc_now
from guanxi.db import history
from guanxi.platform import Platform
from guanxi.plugins import catalog, migrations
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.lifecycle import disable
from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.uninstall import Keep, uninstall
from guanxi.testkit.conformance.base import ACTOR, Promises, needs, switch_on
from guanxi.testkit.conformance.side_effects import side_effects
from guanxi.testkit.conformance.texts import declared_texts


class PackagePromises(Promises):
    """It loads quietly, speaks both languages, and comes and goes without a trace."""

    def test_loading_it_changes_nothing_outside(self, loaded: LoadedPlugin) -> None:
        """No connection, no process, no file: it is loaded in every process at its start."""
        assert side_effects(loaded.name) == []

    def test_its_texts_are_chinese_and_english(
        self, loaded: LoadedPlugin, brings: Contribution
    ) -> None:
        """People read one or the other; a missing text shows as nothing."""
        assert loaded.manifest is not None
        texts = declared_texts(loaded.manifest, brings)

        assert [where for where, text in texts if not (text.en.strip() and text.zh.strip())] == []

    def test_its_readme_says_how_to_remove_it(self, loaded: LoadedPlugin) -> None:
        """A heading of the package's long description has "remove" or "uninstall" in it."""
        text = metadata.distribution(loaded.found.distribution).read_text("METADATA") or ""
        headings = [line for line in text.splitlines() if line.startswith("#")]

        assert [h for h in headings if re.search("remov|uninstall|卸载", h, re.IGNORECASE)] != []

    def test_its_default_settings_are_valid(self, brings: Contribution) -> None:
        """It works as installed, before anybody opened its settings."""
        if brings.settings is None:
            pytest.skip("It has no settings.")
        assert brings.settings().validate({}) == {}

    def test_its_migrations_make_what_its_models_describe(
        self, enabled: Platform, loaded: LoadedPlugin
    ) -> None:
        """Otherwise a query fails on the first installation that is not the author's."""
        if loaded.migrations is None:
            pytest.skip("It has no tables.")
        with enabled.database.engine.connect() as connection:
            assert history.difference(connection, loaded.migrations.history) == []

    def test_its_migrations_can_be_taken_back_and_run_again(
        self, enabled: Platform, loaded: LoadedPlugin
    ) -> None:
        """Taking them back is how an admin drops the data."""
        if loaded.migrations is None:
            pytest.skip("It has no tables.")
        first = _own_shapes(enabled, loaded.name)
        _uninstall(enabled, loaded.name)
        between = _own_shapes(enabled, loaded.name)
        switch_on(enabled, loaded.name)

        assert between == {}
        assert _own_shapes(enabled, loaded.name) == first

    def test_switching_it_on_and_off_leaves_the_core_as_it_was(
        self, platform: Platform, loaded: LoadedPlugin
    ) -> None:
        """Its tables are its own; those of the core are not altered."""
        before = _core_shapes(platform, loaded.name)
        switch_on(platform, loaded.name)
        while_on = _core_shapes(platform, loaded.name)
        disable(platform.database, platform.host, loaded.name, actor=ACTOR, now=utc_now())

        assert while_on == before
        assert loaded.name not in platform.host.enabled


def _uninstall(platform: Platform, name: str) -> None:
    uninstall(
        platform.database,
        platform.host,
        name,
        Keep.DROP,
        confirmation=name,
        actor=ACTOR,
        now=utc_now(),
    )


def _own_shapes(platform: Platform, name: str) -> dict[str, str]:
    with platform.database.engine.connect() as connection:
        return catalog.shapes(connection, lambda table: migrations.owns(name, table))


def _core_shapes(platform: Platform, name: str) -> dict[str, str]:
    plugins = needs(platform, name)

    def is_core(table: str) -> bool:
        return not any(migrations.owns(plugin, table) for plugin in plugins)

    with platform.database.engine.connect() as connection:
        return catalog.shapes(connection, is_core)
