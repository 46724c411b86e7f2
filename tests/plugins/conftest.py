"""Plugins made on the fly, and a host that has them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import guanxi.db.all_models  # noqa: F401 -- foreign keys may point to any table of the core
from guanxi.db import Actor, Database
from guanxi.plugins.host import PluginHost
from guanxi.plugins.loading import LoadedPlugin
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder

CORE = ("customers.view", "imports.run")
ACTOR = Actor("system", "test")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    """An empty folder for plugins, on ``sys.path``."""
    with plugin_folder(tmp_path / "site") as opened:
        yield opened


@pytest.fixture
def load(folder: PluginFolder) -> Callable[..., LoadedPlugin]:
    """Writes the plugin ``sample`` and loads it."""

    def load_one(hooks: str = "", **more: object) -> LoadedPlugin:
        folder.add("sample", hooks, **more)  # type: ignore[arg-type]
        return folder.load(core_permissions=CORE)["sample"]

    return load_one


@pytest.fixture
def open_host(folder: PluginFolder, database: Database) -> Callable[..., PluginHost]:
    """Loads what is in the folder and reads from the database which of it works."""

    def opened(**options: bool) -> PluginHost:
        host = PluginHost(folder.load(core_permissions=CORE).values(), **options)
        host.refresh_from(database)
        return host

    return opened
