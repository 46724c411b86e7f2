"""The core's own migrations give exactly the tables that the models describe."""

from sqlalchemy import text

from guanxi.db import Database
from guanxi.db import history as alembic
from guanxi.db.migrate import core_history, is_current, upgrade_core


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        assert alembic.difference(connection, core_history()) == []


def test_a_migrated_database_is_current_and_is_left_alone(
    database_url: str, database: Database
) -> None:
    with database.engine.connect() as connection:
        assert is_current(connection)
    assert upgrade_core(database_url) is False


def test_an_installation_starts_with_roles_channels_and_kinds_but_no_user(
    database: Database,
) -> None:
    with database.engine.connect() as connection:
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("roles", "channels", "touchpoint_kinds", "users")
        }
    assert counts["roles"] == 6
    assert counts["channels"] == 10
    assert counts["touchpoint_kinds"] > 5
    assert counts["users"] == 0
