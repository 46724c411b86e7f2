"""What a plugin brings and what it has stored: shown before it is enabled, and before it goes."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from guanxi.errors import NotFound
from guanxi.i18n import N_
from guanxi.plugins import catalog
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import dependants
from guanxi.plugins.records import read_records
from guanxi.plugins.routes_check import Route
from guanxi.plugins.uninstall import tables_of


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table of a plugin; ``rows`` is None while the table does not exist."""

    name: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What belongs to one plugin. ``brings`` is empty where it could not be loaded."""

    name: str
    brings: Contribution
    tables: tuple[TableSize, ...]
    settings: tuple[str, ...]
    routes: tuple[Route, ...]
    requires: tuple[str, ...]
    dependants: tuple[str, ...]
    """Enabled plugins that need it."""


def preview(session: Session, host: PluginHost, name: str) -> Preview:
    """Return what a plugin brings and has stored; counts the rows of its tables.

    :raises NotFound: it is neither installed nor remembered.
    """
    plugin = host.plugin(name)
    records = read_records(session)
    record = records.get(name)
    if plugin is None and record is None:
        raise NotFound(N_("There is no plugin %(plugin)s."), plugin=name)
    brings = (plugin.contribution if plugin else None) or Contribution()
    connection = session.connection()
    rows = catalog.row_counts(connection, tables_of(connection, host, record)) if record else {}
    return Preview(
        name=name,
        brings=brings,
        tables=tuple(TableSize(t, rows.get(t)) for t in sorted(rows.keys() | set(brings.tables))),
        settings=tuple(brings.settings._declared_fields) if brings.settings else (),  # noqa: SLF001 -- marshmallow has no other name for a class's fields
        routes=plugin.routes if plugin else (),
        requires=plugin.manifest.requires if plugin and plugin.manifest else (),
        dependants=dependants(host, records, name),
    )
