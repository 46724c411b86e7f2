"""Write all that a plugin stored into one ZIP file, before it is dropped.

Each table is a CSV file as PostgreSQL's COPY writes it and can read it again; ``manifest.json``
names the plugin's version, the revision of its migrations, and rows and SHA-256 of each file.
"""

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from psycopg import sql
from sqlalchemy.orm import Session

from guanxi.db import json
from guanxi.plugins.belongings import stored_settings
from guanxi.plugins.records import Record


def write_archive(
    session: Session, record: Record, tables: Sequence[str], path: Path, now: datetime
) -> None:
    """Write ``tables`` and the settings of a plugin to ``path``; it is complete or not there."""
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            files = [_write_table(session, archive, table) for table in tables]
            settings = list(stored_settings(session, record.name))
            archive.writestr("settings.json", json.dumps_bytes(settings))
            archive.writestr("manifest.json", json.dumps_bytes(_manifest(record, files, now)))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _write_table(session: Session, archive: ZipFile, table: str) -> dict[str, Any]:
    statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT WITH (FORMAT csv, HEADER)").format(
        sql.Identifier(table)
    )
    connection: Any = session.connection().connection.dbapi_connection
    digest = hashlib.sha256()
    name = f"{table}.csv"
    with archive.open(name, "w", force_zip64=True) as out, connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in copy:
                digest.update(block)
                out.write(block)
        return {"file": name, "rows": cursor.rowcount, "sha256": digest.hexdigest()}


def _manifest(record: Record, files: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    return {
        "plugin": record.name,
        "version": record.version,
        "migrated_to": record.migrated_to,
        "exported_at": now,
        "tables": files,
    }
