"""What a cell of an export may hold, and how it reads as text in a CSV file."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

Cell = str | int | float | Decimal | bool | date | datetime | time | UUID | None
"""One value of an exported row. An aware instant is written with its offset; for a date and
time that a spreadsheet can calculate with, convert it to local time and drop the zone first."""


def text_of(cell: Cell) -> str:
    """Return ``cell`` as the importer reads it: no exponent, ISO 8601, TRUE or FALSE."""
    return cell if type(cell) is str else _FORMS.get(type(cell), str)(cell)


# What is not named here, dates and instants among it, already reads well as str() gives it.
_FORMS: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _none: "",
    bool: lambda truth: "TRUE" if truth else "FALSE",
    float: lambda number: format(Decimal(repr(number)), "f"),
    Decimal: lambda number: format(number, "f"),
}
