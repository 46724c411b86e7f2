"""Expressions on DuckDB over the lake: in this process, within bounded memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from guanxi_scoring.features.columns import from_arrow, kind_of
from guanxi_scoring.features.engines import Opened
from guanxi_scoring.features.lake import Manifest, missing_files, read_manifest
from guanxi_scoring.features.tables import of_lake
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from guanxi_scoring.features.columns import Columns

_SETTINGS: Final[dict[str, Any]] = {
    # What does not fit goes to the disk.
    "memory_limit": "600MB",
    "preserve_insertion_order": "false",
    "arrow_lossless_conversion": "true",
    # Nothing is fetched from elsewhere.
    "autoinstall_known_extensions": "false",
}
_EMPTY: Final = {
    "touchpoints": (
        "customer_id BLOB, occurred_at TIMESTAMP, kind VARCHAR, channel VARCHAR,"
        " direction VARCHAR, outcome VARCHAR, amount DECIMAL(18, 4), currency VARCHAR,"
        " state VARCHAR"
    ),
    "lines": (
        "customer_id BLOB, occurred_at TIMESTAMP, kind VARCHAR, product VARCHAR,"
        " quantity DECIMAL(18, 4), unit_price DECIMAL(18, 4), currency VARCHAR"
    ),
}


@contextmanager
def open_duckdb(place: str, *, as_of: datetime) -> Iterator[Opened]:
    """Open DuckDB over a lake.

    :raises CannotFit: there is no lake, or DuckDB cannot read it or has no room for its work.
    """
    manifest = read_manifest(place, as_of=as_of)
    with (
        tempfile.TemporaryDirectory(prefix="guanxi-duckdb-") as room,
        duckdb.connect(config={**_SETTINGS, "temp_directory": room}) as connection,
        _told(place, manifest),
    ):
        connection.execute("SET enable_progress_bar = false")
        for table in _EMPTY:
            _show(connection, table, place, manifest)
        yield Opened("duckdb", of_lake(), lambda one: _fetch(connection, one))


def _show(
    connection: duckdb.DuckDBPyConnection, table: str, place: str, manifest: Manifest
) -> None:
    """Let a table of the lake be seen under its name, with ids as UUIDs: they group fastest."""
    stored = f"stored_{table}"
    files = [str(Path(place) / one) for one in manifest.files(table)]
    if files:
        connection.read_parquet(files).create_view(stored)
    else:
        connection.execute(f"CREATE TABLE {stored} ({_EMPTY[table]})")
    connection.execute(
        f"CREATE VIEW {table} AS"  # noqa: S608 -- constants
        f" SELECT * REPLACE (CAST(customer_id AS UUID) AS customer_id) FROM {stored}"
    )


def _fetch(connection: duckdb.DuckDBPyConnection, expression: Any) -> "Columns":
    import ibis  # noqa: PLC0415 -- heavy

    kinds = {name: kind_of(dtype) for name, dtype in expression.schema().items()}
    found = connection.sql(str(ibis.to_sql(expression, dialect="duckdb")))
    return from_arrow(found.to_arrow_table(), kinds)


@contextmanager
def _told(place: str, manifest: Manifest) -> Iterator[None]:
    """Turn what DuckDB says of files and room into what to do."""
    try:
        yield
    except duckdb.Error as error:
        files = [one for table in _EMPTY for one in manifest.files(table)]
        raise missing_files(place, files) or CannotFit(
            N_(
                "DuckDB cannot work on the lake in %(place)s: %(error)s. See that there is room on "
                "the disk and export the lake anew, or choose the engine postgres."
            ),
            place=place,
            error=str(error).splitlines()[0][:300],
        ) from error
