"""Rows on their way into a file: how a value of the database becomes a cell."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Result

Arguments = Sequence[tuple[str, str]]
"""What the address of a list says: columns, conditions, sort."""
Stream = Generator[Sequence[Any], None, None]
Rows = tuple[list[str], Stream]
"""A header and a stream; close the stream before its session."""
AT_ONCE: Final = 2000


def stream(found: Result[Any]) -> Stream:
    """Return the cells of each row; closing the stream closes ``found``."""
    rows = _rows(found)
    next(rows)
    return rows


def _rows(found: Result[Any]) -> Stream:
    with found:
        yield ()  # begun at once, since a generator that never began closes nothing
        for row in found:
            yield [_plain(value) for value in row]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
