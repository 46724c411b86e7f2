"""Ask the database to go by its indexes, where its planner would bet on a quick find."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from psycopg import Connection
from sqlalchemy.orm import Session

_BEGIN = "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off"
"""What is left are bitmaps: all places that an index names for a condition, then the rows there."""


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Look up in the index of a condition what meets it, within the block.

    For a few rows the planner may read the table, as it lies or in the order of some other index,
    until it has met enough of them. Where they are rarer than it thinks, that is the whole table:
    seconds with a million customers. Nothing changes in a session that is in a transaction already:
    it is not ours to end.
    """
    connection = session.connection()
    driver = cast(Connection[object], connection.connection.dbapi_connection)
    if not driver.autocommit:
        yield
        return
    connection.exec_driver_sql(_BEGIN)
    try:
        yield
    finally:
        connection.exec_driver_sql("COMMIT")
