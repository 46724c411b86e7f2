"""One statement by the shortest way: straight to the driver, on SQLAlchemy's own connection.

For the few statements that every call of a program sends. What SQLAlchemy does besides for each
(a context, a description of the result, its types) costs it more than the driver takes for all.
Errors and listeners (``before_cursor_execute``) are SQLAlchemy's as ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

Parameters = Sequence[Any] | Mapping[str, Any]


def run(
    connection: Connection, statement: str, parameters: Parameters
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Send ``statement`` in the driver's own form (``%s``, ``%(name)s``); return its cursor.

    It begins no transaction of SQLAlchemy's: the connection is in one, or commits by itself.

    :raises sqlalchemy.exc.DBAPIError: the database refused it, or is gone.
    """
    driver = cast(psycopg.Connection[Any], connection.connection.dbapi_connection)
    cursor = driver.cursor()
    for told in connection.dispatch.before_cursor_execute:
        told(connection, cursor, statement, parameters, None, False)  # noqa: FBT003 -- SQLAlchemy's
    try:
        return cursor.execute(statement, parameters)
    except psycopg.Error as error:
        raise _translated(connection, driver, error, statement, parameters) from error


def _translated(
    connection: Connection,
    driver: psycopg.Connection[Any],
    error: psycopg.Error,
    statement: str,
    parameters: Parameters,
) -> Exception:
    if driver.closed:
        # SQLAlchemy is to see for itself that the server is gone: it then gives up the whole pool.
        connection.exec_driver_sql("SELECT 1")
    return DBAPIError.instance(
        statement, cast(Any, parameters), error, psycopg.Error, dialect=connection.dialect
    )
