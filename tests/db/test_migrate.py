"""Migrations run once, whole, and one process at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from guanxi.db import history as alembic
from guanxi.db import migrate as core
from guanxi.db.database import driver_url
from guanxi.db.history import History
from guanxi.db.migrate import migrate
from guanxi.errors import ConfigError, Unavailable

WriteMigration = Callable[[str, str | None, str], None]


@pytest.fixture
def history(tmp_path: Path) -> History:
    """An empty history of the table ``notes``."""
    metadata = MetaData()
    Table("notes", metadata, Column("id", Integer, primary_key=True), Column("text", Text))
    return History(tmp_path, "alembic_version_notes", {"notes"}.__contains__, metadata)


@pytest.fixture
def add(history: History) -> WriteMigration:
    """Writes one migration: its revision, the one before, the SQL of its upgrade."""

    def write(revision: str, after: str | None, statement: str) -> None:
        (history.versions / f"{revision}.py").write_text(
            f"from alembic import op\nrevision, down_revision = {revision!r}, {after!r}\n"
            f"def upgrade(): op.execute({statement!r})\n"
            "def downgrade(): op.execute('DROP TABLE notes')\n"
        )

    return write


def tables(url: str) -> set[str]:
    """The tables about notes."""
    engine = create_engine(driver_url(url))
    found = {t for t in inspect(engine).get_table_names() if "notes" in t}
    engine.dispose()
    return found


def test_pending_migrations_are_applied_once(
    history: History, add: WriteMigration, database_url: str
) -> None:
    add("one", None, "CREATE TABLE notes (id serial PRIMARY KEY)")
    add("two", "one", "ALTER TABLE notes ADD COLUMN text text")

    assert migrate(database_url, history)
    assert not migrate(database_url, history)
    assert tables(database_url) == {"notes", "alembic_version_notes"}


def test_what_is_pending_and_where_the_database_is_can_be_asked(
    history: History, add: WriteMigration, database_url: str
) -> None:
    add("one", None, "CREATE TABLE notes (id serial PRIMARY KEY)")
    migrate(database_url, history)
    add("two", "one", "ALTER TABLE notes ADD COLUMN text text")
    engine = create_engine(driver_url(database_url))

    with engine.connect() as connection:
        at, pending = alembic.current(connection, history), alembic.pending(connection, history)
        missing = alembic.difference(connection, history)
    engine.dispose()

    assert (at, pending, alembic.head(history)) == ("one", ("two",), "two")
    assert [(change[0], change[3].name) for change in missing] == [("add_column", "text")]


def test_a_failing_migration_takes_the_earlier_ones_back(
    history: History, add: WriteMigration, database_url: str
) -> None:
    add("one", None, "CREATE TABLE notes (id serial PRIMARY KEY)")
    add("two", "one", "SELECT * FROM no_such_table")

    with pytest.raises(ProgrammingError):
        migrate(database_url, history)

    assert tables(database_url) == set()


def test_of_several_starters_one_migrates(
    history: History, add: WriteMigration, database_url: str
) -> None:
    add("one", None, "CREATE TABLE notes AS SELECT 1 AS id FROM pg_sleep(0.3)")

    with ThreadPoolExecutor(4) as pool:
        did = list(pool.map(lambda _: migrate(database_url, history), range(4)))

    assert sorted(did) == [False, False, False, True]


def test_a_database_of_a_newer_version_is_refused_in_words(
    history: History, add: WriteMigration, database_url: str
) -> None:
    add("one", None, "CREATE TABLE notes (id serial PRIMARY KEY)")
    migrate(database_url, history)
    (history.versions / "one.py").unlink()

    with pytest.raises(ConfigError, match="its revision one is unknown here"):
        migrate(database_url, history)


def test_a_busy_table_is_said_instead_of_waiting_for_ever(
    history: History, add: WriteMigration, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "TABLE_PATIENCE", 1)
    add("one", None, "LOCK TABLE customers")
    engine = create_engine(driver_url(database_url))

    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE customers"))
        with pytest.raises(Unavailable, match="The database is busy"):
            migrate(database_url, history)
    engine.dispose()


def test_a_new_migration_is_drafted_from_the_difference(
    history: History, add: WriteMigration, database_url: str
) -> None:
    add("one", None, "CREATE TABLE notes (id serial PRIMARY KEY)")
    migrate(database_url, history)
    engine = create_engine(driver_url(database_url))

    with engine.begin() as connection:
        file = alembic.write_revision(connection, history, "Text of notes")
    engine.dispose()

    assert 'op.add_column("notes"' in file.read_text().replace("'", '"')
    assert migrate(database_url, history)
    assert alembic.head(history) in file.name


def test_a_history_without_files_has_no_head(history: History) -> None:
    assert alembic.head(history) is None
