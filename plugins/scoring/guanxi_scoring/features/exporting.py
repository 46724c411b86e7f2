"""Writes the lake: months that changed, from one snapshot of the database, in bounded memory.

Rows stream out of the database into Arrow batches and on into a file. The manifest is replaced
last, at once; whoever is killed before leaves the former lake as it was.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid
from guanxi_scoring.features.lake import (
    MANIFEST,
    TABLES,
    Manifest,
    Part,
    Parts,
    file_of,
    parsed,
)
from guanxi_scoring.features.streaming import write_parquet
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from psycopg import Cursor

_COUNTED: Final = """
    t.state = 'recorded' AND t.customer_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM customers c
        WHERE c.id = t.customer_id AND (c.merged_into IS NOT NULL OR c.erased_at IS NOT NULL))
"""
_COLUMNS: Final = {
    "touchpoints": (
        "t.customer_id, t.occurred_at, t.kind, t.channel, t.direction, t.outcome, t.amount,"
        " t.currency, t.state"
    ),
    "lines": (
        "t.customer_id, t.occurred_at, t.kind, l.product, l.quantity, l.unit_price, t.currency"
    ),
}
_FROM: Final = {
    "touchpoints": "touchpoints t",
    "lines": "touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id",
}
_ORDER: Final = {
    "touchpoints": "t.customer_id, t.occurred_at, t.id",
    "lines": "t.customer_id, t.occurred_at, t.id, l.number",
}
_PARTS: Final = {
    table: text(
        f"""
        SELECT to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS rows,
               sum(CAST(hash_record_extended(ROW({_COLUMNS[table]}), 0) AS numeric)) AS digest
        FROM {_FROM[table]} WHERE {_COUNTED} GROUP BY 1 ORDER BY 1
        """  # noqa: S608 -- constants of this file
    )
    for table in TABLES
}
_ROWS: Final = {
    table: f"""
        COPY (SELECT {
        _COLUMNS[table]
        .replace("t.customer_id", "encode(uuid_send(t.customer_id), 'hex') AS customer_id")
        .replace("t.occurred_at", "t.occurred_at AT TIME ZONE 'UTC' AS occurred_at")
    }
        FROM {_FROM[table]} WHERE {_COUNTED}
            AND t.occurred_at >= '{{since}}' AND t.occurred_at < '{{until}}'
        ORDER BY {_ORDER[table]}) TO STDOUT (FORMAT csv, HEADER)
    """  # noqa: S608 -- as above; the two instants are made here
    for table in TABLES
}
_LOCK: Final = ".lock"
_UNFINISHED: Final = ".part"
_MASK: Final = (1 << 128) - 1


class Exported(NamedTuple):
    """What an export did: the manifest of now, and the months written and removed, by table."""

    manifest: Manifest
    written: Mapping[str, list[str]]
    removed: int


def export(session: Session, folder: Path, *, now: datetime) -> Exported:
    """Bring the lake in ``folder`` up to date.

    :param session: sees one moment throughout (``database.snapshot()``).
    :raises Conflict: another export is at work there.
    :raises Invalid: the folder cannot be written, or holds something else.
    """
    with _owned(folder):
        _require_empty_or_lake(folder)
        parts = {table: _parts(session, table) for table in TABLES}
        written = {table: _write_missing(session, folder, table, parts[table]) for table in TABLES}
        manifest = Manifest(now, parts)
        _replace(folder / MANIFEST, manifest.dump())
        return Exported(manifest, written, _remove_others(folder, parts))


def _parts(session: Session, table: str) -> dict[str, Part]:
    return {
        month: Part(rows, f"{rows:x}-{int(digest) & _MASK:032x}")
        for month, rows, digest in session.execute(_PARTS[table])
    }


def _write_missing(
    session: Session, folder: Path, table: str, parts: Mapping[str, Part]
) -> list[str]:
    """Write the files that are not there yet; return their months."""
    written = []
    for month, part in parts.items():
        target = folder / file_of(table, month, part)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(_UNFINISHED)
        with _streamed(session, table, month) as copy:
            rows = write_parquet(copy, table, unfinished)
        assert rows == part.rows, f"{rows} rows instead of {part.rows}"  # noqa: S101 -- a snapshot
        _sync(unfinished)
        unfinished.rename(target)
        written.append(month)
    return written


@contextmanager
def _streamed(session: Session, table: str, month: str) -> Iterator[Any]:
    """Give the rows of a month as they come, as CSV."""
    since = date.fromisoformat(f"{month}-01")
    until = date(since.year + since.month // 12, since.month % 12 + 1, 1)
    begin, end = (
        datetime(one.year, one.month, 1, tzinfo=UTC).isoformat() for one in (since, until)
    )
    connection = cast("Connection[Any]", session.connection().connection.dbapi_connection)
    statement = _ROWS[table].format(since=begin, until=end)
    cursor: Cursor[Any]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """Keep others from writing the same lake."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("w")
    except OSError as error:
        raise Invalid(
            N_("The folder %(folder)s cannot be written: %(error)s. Choose another one."),
            folder=str(folder),
            error=error.strerror or str(error),
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                N_("The lake in %(folder)s is being written already. Wait until that is done."),
                folder=str(folder),
            ) from None
        yield


def _require_empty_or_lake(folder: Path) -> None:
    """Refuse a folder with something else in it: what an export does not know it removes."""
    found = {one.name for one in folder.iterdir()} - {_LOCK, *TABLES}
    if MANIFEST in found:
        try:
            parsed((folder / MANIFEST).read_text("utf-8"), str(folder))
        except (CannotFit, OSError, UnicodeDecodeError):
            pass
        else:
            return
    if found - {f".{MANIFEST}{_UNFINISHED}"}:
        raise Invalid(
            N_(
                "The folder %(folder)s holds something that is no lake of ours. Choose an empty "
                "folder."
            ),
            folder=str(folder),
        )


def _replace(file: Path, contents: str) -> None:
    unfinished = file.with_name(f".{file.name}{_UNFINISHED}")
    unfinished.write_text(contents, "utf-8")
    _sync(unfinished)
    unfinished.replace(file)


def _remove_others(folder: Path, parts: Parts) -> int:
    """Remove files that the manifest does not name; return how many of them were data."""
    wanted = {
        folder / file_of(table, month, part)
        for table, months in parts.items()
        for month, part in months.items()
    }
    removed = 0
    for table in TABLES:
        for file in (folder / table).glob("month=*/*"):
            if file not in wanted:
                file.unlink()
                removed += file.suffix == ".parquet"
        for month in (folder / table).glob("month=*"):
            if not any(month.iterdir()):
                month.rmdir()
    return removed


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
