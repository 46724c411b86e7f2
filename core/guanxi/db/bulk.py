"""Many rows at once by COPY, inside the session's own transaction (14 times an INSERT's speed)."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final, cast

from psycopg import Connection, Copy, sql
from sqlalchemy import Table
from sqlalchemy.orm import Session

from guanxi.db.copy_text import Unwritable, copy_text
from guanxi.db.literals import Encoder, encoders

BLOCK: Final = 1000
"""Rows whose lines are made at once; with a few kilobytes each they are some megabytes."""


def copy_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append ``rows`` (values in the order of ``columns``) to ``table``.

    Defaults of columns that are not named are the database's own, not SQLAlchemy's.
    """
    driver = cast(Connection[Any], session.connection().connection.dbapi_connection)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    as_text = encoders(table, columns)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        remaining = iter(rows)
        while block := list(islice(remaining, BLOCK)):
            _write(copy, block, as_text)


def _write(
    copy: Copy, block: Sequence[Sequence[Any]], as_text: Sequence[tuple[int, Encoder]]
) -> None:
    try:
        text = copy_text(block, as_text)
    except Unwritable:
        for row in block:
            copy.write_row(_encoded(row, as_text))
    else:
        copy.write(text)


def _encoded(row: Sequence[Any], as_text: Sequence[tuple[int, Encoder]]) -> list[Any]:
    encoded = list(row)
    for place, encode in as_text:
        if encoded[place] is not None:
            encoded[place] = encode(encoded[place])
    return encoded
