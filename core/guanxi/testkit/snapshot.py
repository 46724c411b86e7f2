"""What a template of test databases looks like and holds, and how a used copy gets back to it.

Rows are deleted and not truncated: that leaves alone the many empty tables that refer to a filled
one, and takes a tenth of the time. Vacuuming then makes the files empty again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

_SHAPE = """
    WITH ours AS (
        SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
    ), parts AS (
        SELECT relkind::text || ' ' || relname AS part FROM ours
        UNION ALL
        SELECT concat_ws(' ', 'column', relname, attname, atttypid, attnotnull)
        FROM pg_attribute JOIN ours ON ours.oid = attrelid WHERE attnum > 0
        UNION ALL
        SELECT concat_ws(' ', 'check', relname, conname, md5(conbin::text))
        FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype IN ('c', 'f')
        UNION ALL
        SELECT concat_ws(' ', 'trigger', relname, tgname, tgenabled)
        FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
        UNION ALL
        SELECT concat_ws(' ', 'function', proname, md5(prosrc))
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    )
    SELECT md5(string_agg(part, ',' ORDER BY part)) FROM parts
"""
_FILLED = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_SET_SEQUENCE = "SELECT setval(format('public.%%I', %s::text)::regclass, %s)"
_QUIETLY = "SET LOCAL lock_timeout = '1s'; SET LOCAL session_replication_role = replica"
"""Without triggers: some tables refuse to be emptied, and events notice what is inserted."""
_NEVER_VACUUMED = """
    UPDATE pg_class SET reltuples = -1
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
"""
"""Otherwise statements would be planned for tables that stay empty."""
_MUCH = 8 * 1024 * 1024
"""Bytes; a new copy of the template takes less time than to delete so much."""

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A template."""

    shape: str
    """A checksum over tables, columns, indexes, triggers and functions."""
    rows: Mapping[str, bytes]
    """Of the tables that hold some, as ``COPY`` writes them."""
    marks: Mapping[str, str]
    """A checksum over the rows of each of those."""
    sequences: Mapping[str, int | None]


def take_snapshot(url: str) -> Snapshot:
    """Read the template at ``url``, an address for psycopg."""
    with psycopg.connect(url) as connection:
        rows = {name: _copied(connection, name) for name in _pairs(connection, _FILLED)}
        kept = {name: copied for name, copied in rows.items() if copied}
        return Snapshot(
            shape=_shape(connection),
            rows=kept,
            marks=_marks(connection, kept),
            sequences=_pairs(connection, _SEQUENCES),
        )


def restore(url: str, snapshot: Snapshot) -> bool:
    """Make a used copy of the template like new; return False if that is not worth while.

    :raises psycopg.Error: somebody else holds a lock, or the role may not switch triggers off.
    """
    with psycopg.connect(url) as connection:
        connection.execute(_QUIETLY)
        if _shape(connection) != snapshot.shape:
            return False
        changed = _changed(connection, snapshot)
        if sum(changed.values()) > _MUCH:
            return False
        _restore_rows(connection, changed, snapshot.rows)
        _restore_sequences(connection, snapshot.sequences)
        connection.commit()
        _vacuum(connection, changed)
    return True


def _changed(connection: Connection, snapshot: Snapshot) -> dict[str, int]:
    """Return the tables whose rows differ, with their sizes in bytes."""
    now = _marks(connection, snapshot.marks)
    filled = _pairs(connection, _FILLED)
    return {
        name: filled.get(name, 0)
        for name in {*filled, *now}
        if name not in now or now[name] != snapshot.marks[name]
    }


def _restore_rows(
    connection: Connection, tables: Collection[str], rows: Mapping[str, bytes]
) -> None:
    if not tables:
        return
    connection.execute(sql.SQL("LOCK TABLE {}").format(_names(tables)))
    for name in tables:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    for name in rows.keys() & tables:
        statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(rows[name])


def _restore_sequences(connection: Connection, values: Mapping[str, int | None]) -> None:
    for name, value in _pairs(connection, _SEQUENCES).items():
        if value == values[name]:
            continue
        if values[name] is None:
            restart = sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(name))
            connection.execute(restart)
        else:
            connection.execute(_SET_SEQUENCE, (name, values[name]))


def _vacuum(connection: Connection, tables: Collection[str]) -> None:
    if not tables:
        return
    connection.autocommit = True
    connection.execute(sql.SQL("VACUUM (SKIP_LOCKED) {}").format(_names(tables)))
    connection.execute(_NEVER_VACUUMED, (list(tables),))


def _names(tables: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, tables))


def _shape(connection: Connection) -> str:
    return next(connection.execute(_SHAPE))[0]  # type: ignore[no-any-return]


def _pairs(connection: Connection, query: LiteralString) -> dict[str, Any]:
    return dict(connection.execute(query).fetchall())


def _marks(connection: Connection, tables: Iterable[str]) -> dict[str, str]:
    one = sql.SQL("SELECT {}, coalesce(md5(string_agg(t::text, '' ORDER BY t.ctid)), '') FROM {} t")
    each = [one.format(sql.Literal(name), sql.Identifier(name)) for name in tables]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()) if each else {}


def _copied(connection: Connection, table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(copy)
