"""One statement by the shortest way: straight to the driver, on SQLAlchemy's own connection.

For the few statements that every call of a program sends. What SQLAlchemy does besides for each
(a context, a description of the result, its types) costs it more than the driver takes for all.
Errors are SQLAlchemy's as ever, and the engine's listeners are told (``before_cursor_execute``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

Parameters = Sequence[Any] | Mapping[str, Any]
_IDLE = psycopg.pq.TransactionStatus.IDLE


def run(
    connection: Connection, statement: str, parameters: Parameters
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Send ``statement`` in the driver's own form (``%s``, ``%(name)s``); return its cursor.

    It begins no transaction of SQLAlchemy's: the connection is in one, or commits by itself.

    :raises sqlalchemy.exc.DBAPIError: the database refused it, or is gone.
    """
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    cursor = driver.cursor()
    _tell(connection.engine, connection, cursor, statement, parameters)
    try:
        if driver.autocommit or driver.pgconn.transaction_status != _IDLE:
            return cursor.execute(statement, parameters)
        with driver.pipeline():  # the first of a transaction travels with its BEGIN
            return cursor.execute(statement, parameters)
    except psycopg.Error as error:
        raise _translated(connection, driver, error, statement, parameters) from error


def run_together(
    connection: Connection, sent: Sequence[tuple[str, Parameters]]
) -> list[psycopg.Cursor[tuple[Any, ...]]]:
    """As :func:`run`, for several statements in one journey; nothing after a refused one is done.

    :raises sqlalchemy.exc.DBAPIError: the database refused one, or is gone.
    """
    if len(sent) == 1:
        return [run(connection, *sent[0])]
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    cursors = []
    try:
        with driver.pipeline():
            for statement, parameters in sent:
                cursors.append(cursor := driver.cursor())
                _tell(connection.engine, connection, cursor, statement, parameters)
                cursor.execute(statement, parameters)
    except psycopg.Error as error:
        raise _translated(connection, driver, error, *sent[len(cursors) - 1]) from error
    return cursors


@contextmanager
def without_waiting(connection: Connection) -> Iterator[None]:
    """Let statements of the block be sent while the server still works on those before them.

    Only :func:`run` is to be used in it, as SQLAlchemy wants each answer at once. Whoever asks for
    rows waits for all before them; the end of the block waits for all that is left.

    :raises sqlalchemy.exc.DBAPIError: the database refused one; nothing after it was done.
    """
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as error:
        raise _translated(connection, driver, error, "several statements", ()) from error


@contextmanager
def committing(connection: Connection) -> Iterator[None]:
    """Let the COMMIT travel with the last statements of a transaction, those of the block.

    Only :func:`run` is to be used in it. SQLAlchemy, told to commit afterwards, finds it done; the
    engine's listeners of commits are told before it here, and by SQLAlchemy once more.

    :raises sqlalchemy.exc.DBAPIError: the database refused one, and nothing was committed.
    """
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    try:
        with driver.pipeline():
            yield
            for told in connection.engine.dispatch.commit:
                told(connection)
            driver.commit()
    except psycopg.Error as error:
        raise _translated(connection, driver, error, "the last statements", ()) from error


def first_row(engine: Engine, statement: str, parameters: Parameters) -> tuple[Any, ...] | None:
    """Return the first row that a SELECT finds, on a connection that is borrowed for it alone.

    :raises sqlalchemy.exc.DBAPIError: the database refused it, or is gone.
    """
    borrowed = _borrowed(engine, statement, parameters)
    driver = cast("psycopg.Connection[tuple[Any, ...]]", borrowed.dbapi_connection)
    try:
        driver.autocommit = True
        cursor = driver.cursor()
        _tell(engine, None, cursor, statement, parameters)
        row = cursor.execute(statement, parameters).fetchone()
        driver.autocommit = False
    except psycopg.Error as error:
        with Connection(engine, borrowed) as connection:
            failure = _translated(connection, driver, error, statement, parameters)
            connection.invalidate()
            raise failure from error
    except BaseException:
        borrowed.invalidate()  # nobody else may get a connection that commits by itself
        raise
    borrowed.close()
    return row


def _borrowed(engine: Engine, statement: str, parameters: Parameters) -> PoolProxiedConnection:
    try:
        return engine.raw_connection()
    except psycopg.Error as error:  # a pool hands on what the driver raises as it is
        raise DBAPIError.instance(
            statement, cast(Any, parameters), error, psycopg.Error, dialect=engine.dialect
        ) from error


def _tell(engine: Engine, *sent: Any) -> None:
    for told in engine.dispatch.before_cursor_execute:
        told(*sent, None, False)  # noqa: FBT003 -- as SQLAlchemy calls them


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
