"""Uninstalling: keep, export or drop what a plugin stored, also when its package is gone."""

import csv
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session
from tests.plugins.conftest import ACTOR
from tests.plugins.sources import THINGS, WITH_THINGS, migration

from guanxi.db import Database
from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.plugins.belongings import BELONGINGS, GRANTS
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.listing import GONE, find_app
from guanxi.plugins.migrations import MigrationFailed
from guanxi.plugins.preview import TableSize, preview
from guanxi.plugins.records import read_records
from guanxi.plugins.states import PluginState
from guanxi.plugins.uninstall import Keep, uninstall
from guanxi.testkit.plugin_folder import PluginFolder

OpenHost = Callable[..., PluginHost]


@pytest.fixture
def used(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> PluginHost:
    """A host with an enabled plugin that stored two things, settings and a grant."""
    folder.add("sample", THINGS, **WITH_THINGS)
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    with database.engine.begin() as connection:
        for statement in (
            "INSERT INTO sample_things (id) VALUES (1), (2)",
            """INSERT INTO settings VALUES ('sample', '{"a": 1}', 1, now())""",
            "INSERT INTO settings VALUES ('x', '{}', 1, now())",
            "UPDATE roles SET permissions = permissions || '{sample.view}' WHERE name = 'staff'",
        ):
            connection.execute(text(statement))
    return host


def remove(database: Database, host: PluginHost, mode: Keep, now: datetime, **more: object) -> None:
    """Uninstall ``sample``."""
    confirmed = {"confirmation": "sample", **more}
    uninstall(database, host, "sample", mode, actor=ACTOR, now=now, **confirmed)  # type: ignore[arg-type]


def tables(database: Database) -> set[str]:
    """The tables of the plugin that exist."""
    return {t for t in inspect(database.engine).get_table_names() if "sample" in t}


def test_the_preview_counts_what_would_go(used: PluginHost, session: Session) -> None:
    found = preview(session, used, "sample")

    assert found.tables == (TableSize("sample_things", 2),)


def test_before_enabling_the_preview_shows_tables_to_come(
    folder: PluginFolder, open_host: OpenHost, session: Session
) -> None:
    folder.add("sample", THINGS, **WITH_THINGS)

    found = preview(session, open_host(), "sample")

    assert found.tables == (TableSize("sample_things", None),)


def test_keeping_only_switches_off(used: PluginHost, database: Database, now: datetime) -> None:
    remove(database, used, Keep.KEEP, now, confirmation="")

    assert used.state("sample") is PluginState.DISABLED
    assert tables(database) == {"sample_things", "alembic_version_sample"}


def test_dropping_leaves_nothing_of_it_and_all_of_others(
    used: PluginHost, database: Database, now: datetime, session: Session
) -> None:
    remove(database, used, Keep.DROP, now)

    assert used.state("sample") is PluginState.INSTALLED
    assert tables(database) == set()
    assert read_records(session) == {}
    assert session.execute(text("SELECT scope FROM settings")).scalars().all() == ["x"]
    (staff,) = session.execute(text("SELECT permissions FROM roles WHERE name = 'staff'")).scalars()
    assert "sample.view" not in staff
    assert "customers.view" in staff


def test_after_dropping_it_can_be_enabled_anew(
    used: PluginHost, database: Database, now: datetime, session: Session
) -> None:
    remove(database, used, Keep.DROP, now)

    enable(database, used, "sample", actor=ACTOR, now=now)

    assert session.execute(text("SELECT count(*) FROM sample_things")).scalar_one() == 0


def test_exporting_writes_every_row_and_then_drops(
    used: PluginHost, database: Database, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "sample.zip"

    remove(database, used, Keep.EXPORT, now, archive=file)

    assert tables(database) == set()
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["sample.zip"]
    with ZipFile(file) as archive:
        content = archive.read("sample_things.csv")
        manifest = json.loads(archive.read("manifest.json"))
        settings = json.loads(archive.read("settings.json"))
    assert list(csv.reader(content.decode().splitlines())) == [["id"], ["1"], ["2"]]
    digest = hashlib.sha256(content).hexdigest()
    assert manifest["tables"] == [{"file": "sample_things.csv", "rows": 2, "sha256": digest}]
    assert manifest["migrated_to"] == "sample_0001"
    assert settings == [{"values": {"a": 1}, "schema_version": 1}]


def test_an_export_that_cannot_be_written_drops_nothing(
    used: PluginHost, database: Database, now: datetime, tmp_path: Path, session: Session
) -> None:
    with pytest.raises(FileNotFoundError):
        remove(database, used, Keep.EXPORT, now, archive=tmp_path / "nowhere" / "x.zip")

    assert session.execute(text("SELECT count(*) FROM sample_things")).scalar_one() == 2
    assert used.state("sample") is PluginState.ENABLED


@pytest.mark.parametrize("mode", [Keep.DROP, Keep.EXPORT])
def test_dropping_wants_the_name_typed(
    used: PluginHost, database: Database, now: datetime, tmp_path: Path, mode: Keep
) -> None:
    with pytest.raises(Invalid, match="Type sample to confirm that its data is dropped"):
        remove(database, used, mode, now, confirmation="Sample", archive=tmp_path / "x.zip")

    assert tables(database) == {"sample_things", "alembic_version_sample"}


def test_a_plugin_that_others_need_stays(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample")
    folder.add("second", manifest="requires=('sample',)")
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    enable(database, host, "second", actor=ACTOR, now=now)

    with pytest.raises(Conflict, match="second need sample"):
        remove(database, host, Keep.DROP, now)

    assert host.enabled == {"sample", "second"}


def test_a_plugin_that_never_was_enabled_has_nothing_to_drop(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample")
    host = open_host()

    with pytest.raises(NotFound, match="sample was never enabled"):
        remove(database, host, Keep.DROP, now)


def test_when_the_package_is_gone_it_is_listed_and_can_be_dropped(
    used: PluginHost, folder: PluginFolder, database: Database, now: datetime, session: Session
) -> None:
    shutil.rmtree(folder.path / "guanxi_sample-1.0.dist-info")
    host = fresh_host(folder, database)
    listed = find_app(session, host, "sample")
    silent = host.selection.silent

    remove(database, host, Keep.DROP, now)

    assert (listed.title.en, listed.state, listed.problem) == ("Sample", PluginState.FAILED, GONE)
    assert silent == ("sample",)
    assert tables(database) == set()
    assert host.state("sample") is None


def test_when_the_package_is_broken_its_data_can_be_exported(
    used: PluginHost, folder: PluginFolder, database: Database, now: datetime, tmp_path: Path
) -> None:
    package = used.loaded[0].found.entry_point.module
    (folder.path / package / "hooks.py").write_text("1 / 0")
    host = fresh_host(folder, database)
    state = host.state("sample")

    remove(database, host, Keep.EXPORT, now, archive=tmp_path / "sample.zip")

    assert state is PluginState.FAILED
    assert tables(database) == set()
    with ZipFile(tmp_path / "sample.zip") as archive:
        assert archive.read("sample_things.csv") == b"id\n1\n2\n"


def test_migrations_that_cannot_be_taken_back_drop_nothing(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    files = {k: v.replace('"sample_things")\n', '"elsewhere")\n') for k, v in migration().items()}
    folder.add("sample", THINGS, **WITH_THINGS | {"files": files})
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)

    with pytest.raises(MigrationFailed, match="Taking back the migrations of sample failed"):
        remove(database, host, Keep.DROP, now)

    assert host.state("sample") is PluginState.ENABLED
    assert tables(database) == {"sample_things", "alembic_version_sample"}


def test_what_the_core_keeps_for_plugins_is_where_it_is_said_to_be(database: Database) -> None:
    inspector = inspect(database.engine)

    for table, column in BELONGINGS + GRANTS:
        assert column in {c["name"] for c in inspector.get_columns(table)}


def fresh_host(folder: PluginFolder, database: Database) -> PluginHost:
    """A host as another process would have it."""
    for name in [n for n in sys.modules if n.startswith("guanxi_sample_")]:
        del sys.modules[name]
    host = PluginHost(folder.load().values())
    host.refresh_from(database)
    return host
