"""Databases that tests use one after the other: as clean as new ones, or not used again."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from tests.testkit.test_postgres import run

from guanxi.db import Actor, Database
from guanxi.testkit.fixtures import NOW
from guanxi.testkit.postgres import Server
from guanxi.testkit.reuse import Databases
from guanxi_loyalty.programmes import ProgrammeDraft, create_programme

TRIGGER = """
    CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER stop BEFORE INSERT ON teams EXECUTE FUNCTION stop()
"""
CHANGES = {
    "table": "CREATE TABLE note (what text)",
    "column": "ALTER TABLE teams ADD COLUMN note text",
    "needed": "ALTER TABLE teams ALTER COLUMN name DROP NOT NULL",
    "index": "CREATE INDEX ON teams (name)",
    "trigger": TRIGGER,
    "trigger off": "ALTER TABLE events DISABLE TRIGGER USER",
    "condition": "ALTER TABLE teams ADD CHECK (name <> 'A')",
    "function": "CREATE FUNCTION nothing() RETURNS int LANGUAGE sql AS 'SELECT 0'",
}
WRITTEN = """
    INSERT INTO teams (id, name) VALUES (gen_random_uuid(), 'written');
    UPDATE roles SET permissions = '{}';
    DELETE FROM channels;
    SELECT setval(pg_get_serial_sequence('audit_entries', 'id'), 999)
"""


@pytest.fixture
def pool(server: Server, template_database: str) -> Iterator[Databases]:
    made = Databases(server, template_database)
    yield made
    made.close()


def test_a_database_in_which_only_rows_were_written_is_used_again(pool: Databases) -> None:
    first = pool.take()

    pool.give_back(first)

    again = pool.take()
    assert again == first
    pool.give_back(again)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_database_that_was_changed_is_not_used_again(pool: Databases, change: str) -> None:
    first = pool.take()
    run(first, change)

    pool.give_back(first)

    second = pool.take()
    assert second != first
    pool.give_back(second)


def test_it_holds_what_a_new_one_holds(pool: Databases) -> None:
    first, new = pool.take(), pool.take()
    run(first, WRITTEN)
    assert held(first) != held(new)

    pool.give_back(first)

    assert held(first) == held(new)
    assert pool.take() == first
    pool.give_back(new)
    pool.give_back(first)


def test_one_with_a_plugin_that_guards_its_rows_is_used_again(pool: Databases) -> None:
    first, new = pool.take(("loyalty",)), pool.take(("loyalty",))
    open_club(first)
    with pytest.raises(DBAPIError, match="append-only"):
        run(first, "DELETE FROM loyalty_programmes")
    assert held(first) != held(new)

    pool.give_back(first)

    assert held(first) == held(new)
    assert pool.take(("loyalty",)) == first
    pool.give_back(new)
    pool.give_back(first)


def test_those_with_and_without_a_plugin_are_not_confused(pool: Databases) -> None:
    plain, enabled = pool.take(), pool.take(("loyalty",))
    pool.give_back(plain)
    pool.give_back(enabled)

    assert pool.take(("loyalty",)) == enabled
    assert pool.take() == plain
    pool.give_back(plain)
    pool.give_back(enabled)


def test_one_in_which_somebody_still_writes_is_not_used_again(pool: Databases) -> None:
    first = pool.take()
    engine = create_engine(first, poolclass=NullPool)
    connection = engine.connect()
    connection.execute(text("INSERT INTO teams (id, name) VALUES (gen_random_uuid(), 'A')"))

    pool.give_back(first)

    with pytest.raises(DBAPIError):
        connection.commit()
    connection.invalidate()
    second = pool.take()
    assert second != first
    pool.give_back(second)


def open_club(url: str) -> None:
    database = Database(url)
    draft = ProgrammeDraft("club", "Club", "会员俱乐部", "GBP", "Europe/London")
    with database.write(Actor("system", "test"), now=NOW) as session:
        create_programme(session, draft, now=NOW, by="test")
    database.dispose()


def held(url: str) -> dict[str, Any]:
    """Return all rows of all tables, and how far the sequences are."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        rows = {
            name: sorted(connection.execute(text(f'SELECT t::text FROM "{name}" t')).scalars())
            for name in tables.all()
        }
        sequences = text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        return {**rows, "sequences": connection.execute(sequences).all()}
