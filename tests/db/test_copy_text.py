"""Rows as COPY reads them come back as they were."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Interval,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    select,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from guanxi.db.bulk import copy_rows

THINGS = Table(
    "things",
    MetaData(),
    Column("number", BigInteger),
    Column("id", Uuid),
    Column("name", Text),
    Column("tags", ARRAY(Text)),
    Column("custom", JSONB),
    Column("at", TIMESTAMP(timezone=True)),
    Column("day", Date),
    Column("yes", Boolean),
    Column("amount", Numeric(18, 4)),
    Column("share", Float),
    prefixes=["TEMPORARY"],
)
COLUMNS = tuple(column.name for column in THINGS.columns)
AT = datetime(2026, 2, 28, 23, 59, 59, 1, UTC)
NASTY = ("", r"\N", r"\.", "a\tb", "a\nb\r\nc", "back\\slash", '"quoted"', "{1,2}", "张三", "NULL")


class Colour(StrEnum):
    """Text of a class of its own."""

    RED = "red"


def _row(number: int, **values: Any) -> tuple[Any, ...]:
    row = dict.fromkeys(COLUMNS) | {"number": number} | values
    return tuple(row.values())


@pytest.fixture
def things(session: Session) -> Iterator[Session]:
    THINGS.create(session.connection())
    yield session
    session.rollback()


def _kept(session: Session) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(select(THINGS).order_by(THINGS.c.number))]


def test_text_comes_back_as_it_was(things: Session) -> None:
    rows = [
        _row(i, name=one, tags=[one, "x"], custom={one: [one, None]}) for i, one in enumerate(NASTY)
    ]

    copy_rows(things, THINGS, COLUMNS, rows)

    assert _kept(things) == rows


def test_values_of_every_type_come_back_as_they_were(things: Session) -> None:
    rows = [
        _row(
            i, id=uuid4(), at=AT + timedelta(hours=i), day=date(1850 + i, 1, 1), yes=bool(i % 2),
            amount=Decimal(i) / 8, share=i / 3, tags=[], custom={"n": i},
        )
        for i in range(-2, 9)
    ]  # fmt: skip

    copy_rows(things, THINGS, COLUMNS, rows)

    assert _kept(things) == rows


def test_a_column_with_one_value_throughout_comes_back_in_every_row(things: Session) -> None:
    same = {"id": UUID(int=7), "name": "a\\b", "yes": True, "at": AT, "tags": [], "custom": {}}
    rows = [_row(i, **same) for i in range(5)]

    copy_rows(things, THINGS, COLUMNS, rows)

    assert _kept(things) == rows


def test_values_that_only_look_alike_stay_apart_in_json(things: Session) -> None:
    rows = [_row(i, custom={"x": x}) for i, x in enumerate((1, True, 1.0, None))]

    copy_rows(things, THINGS, COLUMNS, rows)

    kept = [type(row[COLUMNS.index("custom")]["x"]) for row in _kept(things)]
    assert kept == [int, bool, float, type(None)]


def test_an_instant_of_another_zone_is_the_same_instant(things: Session) -> None:
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))

    copy_rows(things, THINGS, COLUMNS, [_row(1, at=there), _row(2, at=AT)])

    assert [row[COLUMNS.index("at")] for row in _kept(things)] == [AT, AT]


def test_text_of_a_class_of_its_own_goes_in_beside_plain_text(things: Session) -> None:
    copy_rows(things, THINGS, COLUMNS, [_row(1, name=Colour.RED), _row(2, name="a\tb"), _row(3)])

    assert [row[COLUMNS.index("name")] for row in _kept(things)] == ["red", "a\tb", None]


def test_what_is_not_known_here_is_left_to_the_driver(things: Session) -> None:
    spans = Table("spans", MetaData(), Column("span", Interval), Column("name", Text))
    things.execute(text("CREATE TEMPORARY TABLE spans (span interval, name text)"))
    rows = [(timedelta(hours=1), "a\\b"), (None, "c")]

    copy_rows(things, spans, ("span", "name"), rows)

    assert [tuple(row) for row in things.execute(select(spans))] == rows
