"""What PostgreSQL's catalog says about tables: whose they are, how many rows, and whether a
migration touched tables that are not its own.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import text
from sqlalchemy.engine import Connection

_TABLES = text(
    """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    ORDER BY c.relname
    """
)
_SHAPES = text(
    """
    WITH tables AS (
        SELECT c.oid, c.relname FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    ), parts AS (
        SELECT t.relname, concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod),
                                    a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS part
        FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid
        LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT t.relname, concat_ws(' ', 'constraint', k.conname, pg_get_constraintdef(k.oid))
        FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid
        UNION ALL
        SELECT t.relname, pg_get_indexdef(i.indexrelid)
        FROM tables t JOIN pg_index i ON i.indrelid = t.oid
        UNION ALL
        SELECT t.relname, pg_get_triggerdef(g.oid)
        FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal
    )
    SELECT relname, md5(string_agg(part, chr(10) ORDER BY part)) FROM parts GROUP BY relname
    """
)


def table_names(connection: Connection, owns: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the existing tables for which ``owns`` is true, by name."""
    return tuple(name for name in connection.execute(_TABLES).scalars() if owns(name))


def shapes(connection: Connection, owns: Callable[[str], bool]) -> dict[str, str]:
    """Return a fingerprint of the columns, constraints, indexes and triggers of each table
    for which ``owns`` is true.
    """
    rows = connection.execute(_SHAPES)
    return {name: fingerprint for name, fingerprint in rows if owns(name)}


def changed(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    """Return the tables that appeared, vanished or have another shape."""
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))


def row_counts(connection: Connection, tables: Iterable[str]) -> dict[str, int]:
    """Return how many rows each of the ``tables`` has."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        name: int(connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one())  # noqa: S608 -- quoted names from the catalog
        for name in tables
    }
