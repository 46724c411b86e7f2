"""Rows of several tables in one statement: the cheapest way to write a few of them.

Half of what a small INSERT costs is the journey to the server and back and the bookkeeping on
the way, so what belongs together travels together. From :data:`BULK` rows on, COPY is cheaper;
then each table gets one of its own (see ``bulk.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from guanxi.db import direct
from guanxi.db.bulk import copy_rows
from guanxi.db.literals import Encoder, encoders

BULK = 200


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for one table; ``values`` are in the order of ``columns``.

    :param skip_existing: leave out rows that a unique constraint refuses, instead of failing.
        Such rows are always inserted, never copied.
    """

    table: Table
    columns: tuple[str, ...]
    values: Sequence[Sequence[Any]]
    skip_existing: bool = False


def are_few(batches: Sequence[Rows]) -> bool:
    """Say whether there are rows, and one statement inserts them all."""
    return 0 < sum(len(batch.values) for batch in batches) < BULK


def insert_rows(session: Session, *batches: Rows) -> int:
    """Insert all ``batches``; return how many rows the last one added.

    Foreign keys between the batches hold, for they are checked when the statement ends.
    Defaults of columns that are not named are the database's own, not SQLAlchemy's.

    :raises sqlalchemy.exc.IntegrityError: a constraint refused a row.
    """
    filled = [batch for batch in batches if batch.values]
    if not filled:
        return 0
    if are_few(filled):
        return _insert_few(session, filled)
    return [_insert_many(session, batch) for batch in filled][-1]


def _insert_many(session: Session, batch: Rows) -> int:
    if not batch.skip_existing:
        copy_rows(session, batch.table, batch.columns, batch.values)
        return len(batch.values)
    steps = (batch.values[i : i + BULK] for i in range(0, len(batch.values), BULK))
    return sum(_insert_few(session, [replace(batch, values=step)]) for step in steps)


def _insert_few(session: Session, batches: Sequence[Rows]) -> int:
    shape = tuple((b.table, b.columns, len(b.values), b.skip_existing) for b in batches)
    statement, as_text = _statement(shape)
    parameters = [value for batch in batches for row in batch.values for value in row]
    for place, encode in as_text:
        if parameters[place] is not None:
            parameters[place] = encode(parameters[place])
    return direct.run(session.connection(), statement, parameters).rowcount


_Shape = tuple[tuple[Table, tuple[str, ...], int, bool], ...]


@lru_cache(maxsize=512)
def _statement(shape: _Shape) -> tuple[str, list[tuple[int, Encoder]]]:
    """Return the statement for batches of this shape, and which parameters are sent as text."""
    as_text: list[tuple[int, Encoder]] = []
    start = 0
    inserts = []
    for table, columns, count, skip in shape:
        for _ in range(count):
            as_text += [(start + place, encode) for place, encode in encoders(table, columns)]
            start += len(columns)
        inserts.append(_insert(table, columns, count, skip=skip))
    *first, last = inserts
    common = ", ".join(f"t{i} AS ({insert})" for i, insert in enumerate(first))
    return (f"WITH {common} {last}" if first else last), as_text


def _insert(table: Table, columns: tuple[str, ...], count: int, *, skip: bool) -> str:
    row = "(" + ", ".join(["%s"] * len(columns)) + ")"
    ending = " ON CONFLICT DO NOTHING" if skip else ""
    return (
        f'INSERT INTO "{table.name}" ({", ".join(columns)}) VALUES '  # noqa: S608 -- declared names
        f"{', '.join([row] * count)}{ending}"
    )
