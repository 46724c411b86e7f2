"""Check a plugin's tables: its own prefix, and foreign keys only to itself and the core."""

from sqlalchemy import ForeignKey, MetaData, Table
from sqlalchemy.exc import NoReferencedColumnError, NoReferencedTableError

from guanxi.db import Base
from guanxi.i18n import N_
from guanxi.plugins.problems import faulty


def check_tables(plugin: str, models: MetaData) -> None:
    """Check all tables of ``models``.

    :raises Faulty: a table or foreign key leaves the plugin's ground.
    """
    for table in models.tables.values():
        _check_name(plugin, table)
        for key in table.foreign_keys:
            _check_key(table, key)


def _check_name(plugin: str, table: Table) -> None:
    if table.schema is not None or not table.name.startswith(f"{plugin}_"):
        raise faulty(
            N_("Its table %(table)s lies outside its prefix; its name must begin with %(prefix)s."),
            table=table.fullname,
            prefix=f"{plugin}_",
        )


def _check_key(table: Table, key: ForeignKey) -> None:
    target = _target(table, key)
    if target.metadata is not table.metadata and target.metadata is not Base.metadata:
        raise faulty(
            N_(
                "Its table %(table)s refers to %(target)s, a table of another plugin; "
                "only its own and the core's may be referred to."
            ),
            table=table.name,
            target=target.name,
        )


def _target(table: Table, key: ForeignKey) -> Table:
    try:
        return key.column.table
    except (NoReferencedTableError, NoReferencedColumnError):
        raise faulty(
            N_(
                "Its table %(table)s refers to %(target)s, which is not its own; "
                "write a reference to the core as ForeignKey(sdk.Customer.id)."
            ),
            table=table.name,
            target=key.target_fullname,
        ) from None
