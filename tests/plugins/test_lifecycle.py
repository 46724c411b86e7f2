"""Switching plugins on and off, with their tables, for every process at once."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session
from tests.plugins.conftest import ACTOR
from tests.plugins.sources import THINGS, WITH_THINGS, migration

from guanxi.audit.models import AuditEntry
from guanxi.db import Database
from guanxi.errors import Conflict, NotFound
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import disable, enable
from guanxi.plugins.listing import find_app
from guanxi.plugins.migrations import MigrationFailed
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine
from guanxi.plugins.records import read_generation, read_records
from guanxi.plugins.states import PluginState
from guanxi.testkit.plugin_folder import PluginFolder

OpenHost = Callable[..., PluginHost]


def tables(database: Database) -> set[str]:
    """The tables of plugins that exist."""
    return {t for t in inspect(database.engine).get_table_names() if "sample" in t}


def actions(session: Session) -> list[str]:
    """What the audit log says, oldest first."""
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_enabling_creates_the_tables_and_switches_on_at_once(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime, session: Session
) -> None:
    folder.add("sample", THINGS, **WITH_THINGS)
    host = open_host()
    generation = host.generation
    assert host.state("sample") is PluginState.INSTALLED

    enable(database, host, "sample", actor=ACTOR, now=now)

    assert host.state("sample") is PluginState.ENABLED
    assert host.enabled == {"sample"}
    assert host.generation == generation + 1
    assert tables(database) == {"sample_things", "alembic_version_sample"}
    record = read_records(session)["sample"]
    assert (record.tables, record.migrated_to) == (["sample_things"], "sample_0001")
    assert actions(session) == ["plugin.enabled"]


def test_another_process_sees_it_by_the_generation(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample")
    one, other = open_host(), open_host()

    enable(database, one, "sample", actor=ACTOR, now=now)
    with database.autocommit.connect() as connection:
        other.refresh(connection, read_generation(connection))

    assert other.enabled == {"sample"}


def test_enabling_twice_changes_nothing(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime, session: Session
) -> None:
    folder.add("sample", THINGS, **WITH_THINGS)
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    generation = host.generation

    enable(database, host, "sample", actor=ACTOR, now=now)

    assert host.generation == generation
    assert actions(session) == ["plugin.enabled"]


def test_disabling_keeps_the_data(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime, session: Session
) -> None:
    folder.add("sample", THINGS, **WITH_THINGS)
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO sample_things (id) VALUES (7)"))

    disable(database, host, "sample", actor=ACTOR, now=now)

    assert host.state("sample") is PluginState.DISABLED
    assert host.enabled == set()
    assert session.execute(text("SELECT id FROM sample_things")).scalars().all() == [7]
    assert actions(session) == ["plugin.enabled", "plugin.disabled"]


def test_needed_plugins_are_enabled_first(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("base")
    folder.add("sample", manifest="requires=('base',)")
    host = open_host()

    with pytest.raises(Conflict) as refused:
        enable(database, host, "sample", actor=ACTOR, now=now)
    enable(database, host, "base", actor=ACTOR, now=now)
    enable(database, host, "sample", actor=ACTOR, now=now)

    assert str(refused.value) == "sample needs base. Enable that first."
    assert host.enabled == {"base", "sample"}


def test_a_needed_plugin_is_not_disabled_alone(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("base")
    folder.add("middle", manifest="requires=('base',)")
    folder.add("sample", manifest="requires=('middle',)")
    host = open_host()
    for name in ("base", "middle", "sample"):
        enable(database, host, name, actor=ACTOR, now=now)

    with pytest.raises(Conflict) as refused:
        disable(database, host, "base", actor=ACTOR, now=now)
    still_enabled = set(host.enabled)
    together = disable(database, host, "base", actor=ACTOR, now=now, cascade=True)

    assert str(refused.value) == (
        "middle, sample need base. Switch them off first, or all together."
    )
    assert still_enabled == {"base", "middle", "sample"}
    assert together == ("sample", "middle", "base")
    assert host.enabled == set()


def test_a_failing_migration_changes_nothing_and_is_shown(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime, session: Session
) -> None:
    broken = 'CREATE_THINGS\n    op.execute("SELECT * FROM no_such_table")'
    folder.add("sample", THINGS, **WITH_THINGS | {"files": migration(broken)})
    folder.add("steady")
    host = open_host()
    enable(database, host, "steady", actor=ACTOR, now=now)

    with pytest.raises(MigrationFailed):
        enable(database, host, "sample", actor=ACTOR, now=now)

    assert host.enabled == {"steady"}
    assert tables(database) == set()
    app = find_app(session, host, "sample")
    assert app.state is PluginState.WAITS_FOR_MIGRATION
    assert app.problem is not None
    assert (app.problem.message % app.problem.params).startswith(
        "The migration of sample failed: ProgrammingError: (psycopg.errors.UndefinedTable)"
    )
    assert actions(session) == ["plugin.enabled", "plugin.migration_failed"]


def test_after_a_repaired_migration_it_can_be_enabled(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime, session: Session
) -> None:
    package = folder.add("sample", THINGS, **WITH_THINGS | {"files": migration("1 / 0")})
    host = open_host()
    with pytest.raises(MigrationFailed):
        enable(database, host, "sample", actor=ACTOR, now=now)

    file = folder.path / package / "migrations" / "0001_things.py"
    file.write_text(migration()["migrations/0001_things.py"], "utf-8")
    enable(database, host, "sample", actor=ACTOR, now=now)

    assert host.state("sample") is PluginState.ENABLED
    assert find_app(session, host, "sample").problem is None


STRANGERS = {
    "ALTER TABLE customers ADD COLUMN nose text": "customers",
    "CREATE INDEX nosy ON touchpoints (note)": "touchpoints",
    "ALTER TABLE users ALTER COLUMN email DROP NOT NULL": "users",
    "CREATE TABLE samples (id int)": "samples",
    "DROP TABLE job_runs": "job_runs",
}


@pytest.mark.parametrize("statement", STRANGERS)
def test_a_migration_that_leaves_its_ground_is_taken_back(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime, statement: str
) -> None:
    files = migration(f'CREATE_THINGS\n    op.execute("{statement}")')
    folder.add("sample", THINGS, **WITH_THINGS | {"files": files})
    host = open_host()

    with pytest.raises(MigrationFailed) as refused:
        enable(database, host, "sample", actor=ACTOR, now=now)

    assert str(refused.value) == (
        f"The migration of sample changed tables that are not its own: {STRANGERS[statement]}. "
        "It was taken back."
    )
    assert tables(database) == set()
    assert "job_runs" in inspect(database.engine).get_table_names()


def test_a_newer_version_waits_for_its_migration(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    package = folder.add("sample", THINGS, **WITH_THINGS)
    enable(database, open_host(), "sample", actor=ACTOR, now=now)
    second = migration("pass", revision="sample_0002", after="'sample_0001'", file="0002_more.py")
    for path, source in second.items():
        (folder.path / package / path).write_text(source, "utf-8")

    host = open_host()
    waiting = (host.state("sample"), set(host.enabled))
    enable(database, host, "sample", actor=ACTOR, now=now)

    assert waiting == (PluginState.WAITS_FOR_MIGRATION, set())
    assert host.enabled == {"sample"}


def test_a_broken_plugin_cannot_be_enabled(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample", "raise RuntimeError('no')")

    with pytest.raises(Conflict) as refused:
        enable(database, open_host(), "sample", actor=ACTOR, now=now)

    assert str(refused.value).startswith("sample cannot be enabled: Its module guanxi_sample_")


def test_an_unknown_plugin_is_not_found(
    open_host: OpenHost, database: Database, now: datetime
) -> None:
    host = open_host()

    with pytest.raises(NotFound, match="There is no plugin sample"):
        enable(database, host, "sample", actor=ACTOR, now=now)
    with pytest.raises(NotFound, match="There is no plugin sample"):
        disable(database, host, "sample", actor=ACTOR, now=now)


def test_a_quarantined_plugin_is_released_not_enabled(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample")
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)
    quarantine(database, "sample", Problem("It misbehaved."), now=now)

    with pytest.raises(Conflict, match="sample is in quarantine"):
        enable(database, host, "sample", actor=ACTOR, now=now)


def test_two_plugins_do_not_fulfil_the_same_reward(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    points = """
    @hookimpl
    def register_reward_kinds():
        return [RewardKind("points", Text("", ""))]
    """
    folder.add("sample", points)
    folder.add("second", points)
    host = open_host()
    enable(database, host, "sample", actor=ACTOR, now=now)

    with pytest.raises(Conflict) as refused:
        enable(database, host, "second", actor=ACTOR, now=now)

    assert str(refused.value) == (
        "second and sample both bring the reward kind points. Disable one of them."
    )


def test_safe_mode_runs_no_plugin_and_enables_none(
    folder: PluginFolder, open_host: OpenHost, database: Database, now: datetime
) -> None:
    folder.add("sample")
    enable(database, open_host(), "sample", actor=ACTOR, now=now)

    safe = open_host(safe_mode=True)

    assert safe.enabled == set()
    assert safe.state("sample") is PluginState.DISABLED
