"""Expressions on the CRM's own PostgreSQL, in the session's transaction.

Ibis writes the statement; the session's own connection runs it, and rows come as a binary COPY,
which NumPy reads as it is: a million rows make no objects.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from psycopg import Connection
from psycopg.sql import SQL, Identifier
from sqlalchemy.orm import Session

from guanxi_scoring.features.columns import from_copy, kind_of
from guanxi_scoring.features.engines import Opened
from guanxi_scoring.features.tables import of_postgres

if TYPE_CHECKING:
    from guanxi_scoring.features.columns import Columns

ROOM: Final = "256MB"
"""Memory for one sort or hash, before it goes to the disk."""

_NEVER_NULL: Final = {
    "id": "{}",
    "day": "coalesce({}, '-infinity'::date)",
    "whole": "coalesce({}, 0)::bigint",
    "real": "coalesce({}::double precision, 'NaN')",
}


def open_postgres(session: Session) -> Opened:
    """Return the engine that is the session's database."""
    return Opened("postgres", of_postgres(), lambda expression: fetch(session, expression))


def fetch(session: Session, expression: Any) -> "Columns":
    """Run an expression and return its columns."""
    import ibis  # noqa: PLC0415 -- heavy

    kinds = {name: kind_of(dtype) for name, dtype in expression.schema().items()}
    return copied(session, str(ibis.to_sql(expression, dialect="postgres")), kinds)


def copied(session: Session, statement: str, kinds: Mapping[str, str]) -> "Columns":
    """Run a select whose columns are of the given kinds, and return them.

    :param statement: without parameters, whose values were checked by whoever wrote it.
    """
    session.flush()
    connection = cast("Connection[Any]", session.connection().connection.dbapi_connection)
    columns = SQL(", ").join(
        SQL(_NEVER_NULL[kind]).format(Identifier(name)) for name, kind in kinds.items()
    )
    wanted = SQL("COPY (SELECT {} FROM ({}) found) TO STDOUT (FORMAT binary)").format(
        columns,
        SQL(statement),
    )
    data = bytearray()
    with _room(connection), connection.cursor() as cursor, cursor.copy(wanted) as copy:
        for block in copy:
            data += block
    return from_copy(data, kinds)


@contextmanager
def _room(connection: "Connection[Any]") -> Iterator[None]:
    connection.execute("SELECT set_config('work_mem', %s, false)", (ROOM,))
    yield
    connection.execute("RESET work_mem")
