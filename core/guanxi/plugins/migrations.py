"""The migrations of plugins: where they lie, and running them without harm to anything else.

Each plugin has its own Alembic version table. A migration runs in the caller's transaction, and
is refused whole if it touched a table that is not the plugin's.
"""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sqlalchemy import MetaData
from sqlalchemy.engine import Connection

from guanxi.db import history as alembic
from guanxi.db.history import History
from guanxi.db.migrate import lock_migrations
from guanxi.errors import GuanxiError
from guanxi.i18n import N_
from guanxi.plugins import catalog
from guanxi.plugins.contract import Manifest
from guanxi.plugins.contribution import named
from guanxi.plugins.problems import faulty


class MigrationFailed(GuanxiError):
    """A plugin's migration did not run; nothing of it remains."""

    status = 409
    code = "migration_failed"


@dataclass(frozen=True, slots=True)
class PluginMigrations:
    """The migrations of one plugin and the newest of them."""

    history: History
    head: str | None


def version_table(plugin: str) -> str:
    """Return the name of the table that remembers where the plugin's migrations are."""
    return f"alembic_version_{plugin}"


def owns(plugin: str, table: str) -> bool:
    """Say whether a table belongs to the plugin."""
    return table.startswith(f"{plugin}_") or table == version_table(plugin)


def find_migrations(
    manifest: Manifest, package: ModuleType, models: MetaData | None
) -> PluginMigrations | None:
    """Return the plugin's migrations, or None if it has no tables.

    :raises Faulty: tables without migrations, a missing folder, or files that cannot be read.
    """
    if not manifest.migrations:
        if models is not None and models.tables:
            raise faulty(
                N_("It has tables but its manifest names no folder of migrations."),
            )
        return None
    folder = Path(package.__file__ or "").parent / manifest.migrations
    if not folder.is_dir():
        raise faulty(
            N_("Its folder of migrations %(folder)s does not exist."), folder=manifest.migrations
        )
    history = _history(manifest.name, folder, models)
    try:
        return PluginMigrations(history, alembic.head(history))
    except (Exception, SystemExit) as error:
        raise faulty(N_("Its migrations cannot be read: %(why)s."), why=named(error)) from error


def upgrade(connection: Connection, plugin: str, migrations: PluginMigrations) -> tuple[str, ...]:
    """Apply what is pending and return the plugin's tables.

    :raises MigrationFailed: it failed or left its ground; the caller rolls back.
    """
    lock_migrations(connection)
    before = catalog.shapes(connection, lambda table: not owns(plugin, table))
    try:
        alembic.upgrade(connection, migrations.history)
    except (Exception, SystemExit) as error:
        raise MigrationFailed(
            N_("The migration of %(plugin)s failed: %(why)s. Nothing was changed."),
            plugin=plugin,
            why=_first_line(error),
        ) from error
    _refuse_strangers(connection, plugin, before)
    return owned_tables(connection, plugin)


def downgrade_to_base(connection: Connection, plugin: str, migrations: PluginMigrations) -> None:
    """Take all migrations back, which drops the plugin's tables.

    :raises MigrationFailed: it failed or left its ground; the caller rolls back.
    """
    lock_migrations(connection)
    before = catalog.shapes(connection, lambda table: not owns(plugin, table))
    try:
        alembic.downgrade_to_base(connection, migrations.history)
    except (Exception, SystemExit) as error:
        raise MigrationFailed(
            N_("Taking back the migrations of %(plugin)s failed: %(why)s. Nothing was changed."),
            plugin=plugin,
            why=_first_line(error),
        ) from error
    _refuse_strangers(connection, plugin, before)


def owned_tables(connection: Connection, plugin: str) -> tuple[str, ...]:
    """Return the tables that the plugin has in the database, without its version table."""
    mine = f"{plugin}_"
    return catalog.table_names(connection, lambda table: table.startswith(mine))


def _history(plugin: str, folder: Path, models: MetaData | None) -> History:
    mine = f"{plugin}_"
    return History(
        versions=folder,
        version_table=version_table(plugin),
        owns=lambda table: table.startswith(mine),
        metadata=models if models is not None else MetaData(),
    )


def _refuse_strangers(connection: Connection, plugin: str, before: dict[str, str]) -> None:
    after = catalog.shapes(connection, lambda table: not owns(plugin, table))
    strangers = catalog.changed(before, after)
    if strangers:
        raise MigrationFailed(
            N_(
                "The migration of %(plugin)s changed tables that are not its own: %(tables)s. "
                "It was taken back."
            ),
            plugin=plugin,
            tables=", ".join(strangers),
        )


def _first_line(error: BaseException) -> str:
    return named(error).splitlines()[0].rstrip(".")
