"""Several statements in one journey to the server and back (PostgreSQL's pipeline mode).

For code that asks the same questions many times a second: what is known beforehand is sent at once,
and each statement was put into the driver's own form once. Every statement sees what those before
it wrote, and has a snapshot of its own, as if it had been sent alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from guanxi.db import direct

Rows = list[tuple[Any, ...]]
_Process = Any


class Ready:
    """A statement in the driver's own form, put together once and sent many times.

    Values that it holds are sent with it; those of ``bindparam("name")`` are given each time,
    as PostgreSQL takes them. No row rule is applied to it.
    """

    __slots__ = ("_dialect", "_fixed", "_types", "text")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect))
        given = [name for name, one in compiled.binds.items() if one.required]
        whole = compiled.construct_expanded_state(dict.fromkeys(given))
        self.text = whole.statement
        self._dialect = dialect
        self._fixed = {
            name: _processed_one(whole.processors.get(name), value)
            for name, value in whole.parameters.items()
            if name not in given
        }
        columns = getattr(statement, "selected_columns", ())
        self._types: Sequence[TypeEngine[Any]] = tuple(column.type for column in columns)

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters as they are sent."""
        return {**self._fixed, **given}

    def rows(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> Rows:
        """Return the rows that were found, each value as its SQLAlchemy type has it."""
        if cursor.description is None:
            return []
        found = cursor.fetchall()
        codes = (column.type_code for column in cursor.description)
        processes = [
            type_.dialect_impl(self._dialect).result_processor(self._dialect, code)
            for type_, code in zip(self._types, codes, strict=False)
        ]
        if found and any(processes):
            return [_processed(row, processes) for row in found]
        return found


Asked = tuple[Ready, Mapping[str, Any]]
"""A statement, and the values of its parameters that are given each time."""


def fetch_together(session: Session, asked: Sequence[Asked]) -> list[Rows]:
    """Send statements in one journey, in their order; return the rows of each.

    :raises sqlalchemy.exc.DBAPIError: one was refused; nothing after it was done.
    """
    session.flush()
    connection = session.connection()
    sent = [(ready.text, ready.values(given)) for ready, given in asked]
    cursors = direct.run_together(connection, sent)
    return [ready.rows(cursor) for (ready, _), cursor in zip(asked, cursors, strict=True)]


def _processed(row: tuple[Any, ...], processes: Sequence[_Process]) -> tuple[Any, ...]:
    return tuple(map(_processed_one, processes, row))


def _processed_one(process: _Process, value: Any) -> Any:
    return value if process is None else process(value)
