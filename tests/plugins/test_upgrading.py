"""When packages were updated, the tables of enabled plugins follow at the next start."""

from collections.abc import Callable
from datetime import datetime

from tests.plugins.conftest import ACTOR
from tests.plugins.sources import THINGS, WITH_THINGS, migration

from guanxi.db import Database
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.migrations import MigrationFailed
from guanxi.plugins.records import read_records
from guanxi.plugins.states import PluginState
from guanxi.plugins.upgrading import upgrade_enabled
from guanxi.testkit.plugin_folder import PluginFolder

OpenHost = Callable[..., PluginHost]


def update(folder: PluginFolder, package: str, body: str) -> None:
    """Add a second migration to the package, as a newer version would."""
    files = migration(body, revision="sample_0002", after="'sample_0001'", file="0002_more.py")
    for path, source in files.items():
        (folder.path / package / path).write_text(source, "utf-8")


def test_enabled_plugins_are_migrated(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    package = folder.add("sample", THINGS, **WITH_THINGS)
    enable(database, open_host(), "sample", actor=ACTOR, now=now)
    update(folder, package, "op.execute('ALTER TABLE sample_things ADD COLUMN more text')")
    host = open_host()

    failed = upgrade_enabled(database, host, now=now)

    assert failed == {}
    assert host.state("sample") is PluginState.ENABLED
    with database.read() as session:
        assert read_records(session)["sample"].migrated_to == "sample_0002"


def test_one_that_fails_waits_and_harms_no_other(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    package = folder.add("sample", THINGS, **WITH_THINGS)
    folder.add("steady")
    host = open_host()
    for name in ("sample", "steady"):
        enable(database, host, name, actor=ACTOR, now=now)
    update(folder, package, "1 / 0")
    host = open_host()

    failed = upgrade_enabled(database, host, now=now)

    assert {name: type(error) for name, error in failed.items()} == {"sample": MigrationFailed}
    assert host.state("sample") is PluginState.WAITS_FOR_MIGRATION
    assert host.enabled == {"steady"}


def test_disabled_plugins_are_left_alone(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample", THINGS, **WITH_THINGS)
    host = open_host()

    upgrade_enabled(database, host, now=now)

    assert host.state("sample") is PluginState.INSTALLED
