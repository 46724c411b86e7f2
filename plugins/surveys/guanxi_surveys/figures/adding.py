"""Tallies added to the tables of counts: one statement a table, rows in the order of their keys."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from guanxi.sdk import send
from guanxi_surveys.figures.tallying import Sums, Tally
from guanxi_surveys.models import ChoiceCount, DayCount, GroupCount, PairCount, SeenCount
from guanxi_surveys.models.base import Base

PARTS: Final[tuple[tuple[str, type[Base]], ...]] = (
    ("days", DayCount),
    ("groups", GroupCount),
    ("choices", ChoiceCount),
    ("seen", SeenCount),
    ("pairs", PairCount),
)


def add(session: Session, tally: Tally) -> None:
    """Add what is in ``tally`` to the counts; rows that are not there yet are made."""
    for name, model in PARTS:
        rows: Mapping[tuple[Any, ...], Sums] = getattr(tally, name)
        if rows:
            upsert(session, model.__table__, rows)


def upsert(session: Session, table: Table, rows: Mapping[tuple[Any, ...], Sums]) -> None:
    """Add sums to the rows of these keys, of which the first columns of the table consist."""
    keys = [column.name for column in table.primary_key]
    sums = [column.name for column in table.columns if not column.primary_key]
    arrays = {column.name for column in table.columns if isinstance(column.type, ARRAY)}
    records = [
        {**dict(zip(keys, map(_plain, key), strict=True)), **_whole(rows[key], sums, arrays)}
        for key in sorted(rows, key=lambda one: tuple(map(str, one)))
    ]
    names = ", ".join(f'"{name}"' for name in (*keys, *sums))
    types = ", ".join(f'"{one.name}" {_type(one)}' for one in table.columns)
    conflict = ", ".join(f'"{name}"' for name in keys)
    added = ", ".join(
        _ARRAY.format(name) if name in arrays else _NUMBER.format(name) for name in sums
    )
    send(
        session,
        f"INSERT INTO {table.name} AS t ({names}) SELECT {names} "  # noqa: S608 -- names of our own
        f"FROM jsonb_to_recordset(%s::jsonb) AS r({types}) "
        f"ON CONFLICT ({conflict}) DO UPDATE SET {added}",
        (json.dumps(records),),
    )


def _whole(sums: Sums, names: list[str], arrays: set[str]) -> Sums:
    return {name: sums.get(name) or ([0] * 11 if name in arrays else 0) for name in names}


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else str(value)


def _type(column: Column[Any]) -> str:
    return column.type.compile(dialect=_DIALECT)


_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_NUMBER: Final = '"{0}" = t."{0}" + excluded."{0}"'
_ARRAY: Final = (
    '"{0}" = (SELECT array_agg(a + b ORDER BY place)'
    ' FROM unnest(t."{0}", excluded."{0}") WITH ORDINALITY AS two(a, b, place))'
)
