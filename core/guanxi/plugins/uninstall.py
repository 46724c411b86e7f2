"""Take a plugin out of use and decide about its data: keep it, export it and drop it, or drop it.

Works also when the package is gone or broken, because the list of tables is stored. Removing the
package itself (``pip uninstall``) is never done from here.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.db import Actor, Database
from guanxi.errors import Invalid, NotFound
from guanxi.i18n import N_
from guanxi.plugins import belongings, migrations
from guanxi.plugins.archive import write_archive
from guanxi.plugins.catalog import table_names
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import lock_lifecycle, switch_off
from guanxi.plugins.models import PluginRecord
from guanxi.plugins.records import Record, bump_generation, read_records


class Keep(StrEnum):
    """What happens to the data of a plugin that is uninstalled."""

    KEEP = "keep"
    EXPORT = "export"
    DROP = "drop"


def uninstall(
    database: Database,
    host: PluginHost,
    name: str,
    mode: Keep,
    *,
    confirmation: str,
    actor: Actor,
    now: datetime,
    archive: Path | None = None,
) -> None:
    """Switch a plugin off and, unless its data is kept, drop all that it stored. All or nothing.

    :param confirmation: the plugin's name, typed by the person; needed where data is dropped.
    :param archive: the ZIP file to write before dropping, for ``EXPORT``.
    :raises Invalid: the confirmation differs, or there is no file to export to.
    :raises Conflict: enabled plugins need it.
    :raises NotFound: nothing of it is stored.
    :raises MigrationFailed: its migrations cannot be taken back.
    """
    if mode is not Keep.KEEP and confirmation != name:
        raise Invalid(
            N_("Type %(plugin)s to confirm that its data is dropped."),
            fields={"confirmation": name},
            plugin=name,
        )
    if mode is Keep.EXPORT and archive is None:
        raise Invalid(N_("Name the file to export to."), fields={"archive": ""})
    with database.write(actor, now=now) as session:
        lock_lifecycle(session)
        record = _record(session, name)
        switch_off(session, host, name, cascade=False)
        if mode is not Keep.KEEP:
            _drop(session, host, record, archive if mode is Keep.EXPORT else None, now)
        audit.record(session, "plugin.uninstalled", ("plugin", name), after={"data": mode.value})
        bump_generation(session)
    host.refresh_from(database)


def tables_of(connection: Connection, host: PluginHost, record: Record) -> tuple[str, ...]:
    """Return the existing tables of a plugin: those under its prefix if its package is there,
    else those that it had when it was last migrated.
    """
    plugin = host.plugin(record.name)
    if plugin is not None and plugin.migrations is not None:
        return migrations.owned_tables(connection, record.name)
    return table_names(connection, lambda table: table in record.tables)


def _record(session: Session, name: str) -> Record:
    record = read_records(session).get(name)
    if record is None:
        raise NotFound(N_("%(plugin)s was never enabled, so nothing of it is stored."), plugin=name)
    return record


def _drop(
    session: Session, host: PluginHost, record: Record, archive: Path | None, now: datetime
) -> None:
    connection = session.connection()
    tables = tables_of(connection, host, record)
    if tables:
        connection.execute(text(f"LOCK TABLE {_quoted(connection, tables)}"))
    if archive is not None:
        write_archive(session, record, tables, archive, now)
    plugin = host.plugin(record.name)
    if plugin is not None and plugin.migrations is not None and tables:
        migrations.downgrade_to_base(connection, record.name, plugin.migrations)
    _drop_tables(connection, tables_of(connection, host, record))
    _drop_tables(connection, (migrations.version_table(record.name),))
    belongings.forget(session, record.name)
    session.execute(delete(PluginRecord).where(PluginRecord.name == record.name))


def _drop_tables(connection: Connection, tables: Sequence[str]) -> None:
    """Drop them together, as they may refer to each other."""
    if tables:
        connection.execute(text(f"DROP TABLE IF EXISTS {_quoted(connection, tables)}"))


def _quoted(connection: Connection, tables: Sequence[str]) -> str:
    return ", ".join(map(connection.dialect.identifier_preparer.quote, tables))
