"""Databases that tests use one after the other: as clean as new ones, or not used again."""

from collections.abc import Iterator

import pytest
from tests.testkit.test_postgres import run

from guanxi.testkit.postgres import Server
from guanxi.testkit.reuse import Databases

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
}


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
