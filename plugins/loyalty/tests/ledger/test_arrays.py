"""Columns as text of arrays: PostgreSQL reads back what went in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from guanxi.sdk import send
from guanxi_loyalty.ledger.arrays import FEW, column

NASTY = ["a,b", "{}", '"', "\\", " ", "", "NULL", "null", "中文", "a\nb", "'"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", NASTY * 3),
        ("uuid", [uuid4() for _ in range(FEW)]),
        ("bigint", [0, -(2**63), 2**63 - 1] * FEW),
        ("boolean", [True, False] * FEW),
        ("numeric", [Decimal("0.0001"), Decimal(-5), Decimal("1E+3")] * FEW),
        ("bytea", [b"", b"\x00\xff'\\"] * FEW),
        (
            "timestamptz",
            [
                datetime(2026, 3, 4, 5, 6, 7, 8, tzinfo=UTC),
                datetime(1900, 1, 1, tzinfo=timezone(timedelta(hours=9))),
            ]
            * FEW,
        ),
        ("uuid", [None] * FEW),
    ],
)
def test_what_goes_in_comes_out(
    writing: Callable[..., AbstractContextManager[Session]], kind: str, values: list[Any]
) -> None:
    mixed = [*values, None]

    with writing() as session:
        found = send(session, f"SELECT unnest(%s::{kind}[])", (column(mixed),)).fetchall()

    assert [row[0] for row in found] == mixed
