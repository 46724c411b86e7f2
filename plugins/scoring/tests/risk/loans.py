"""The 1,000 loans of German Credit, as cases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from guanxi_scoring.risk.card.cases import Cases, Column

FILE: Final = Path(__file__).parents[1] / "data" / "german-credit" / "german.data"
NAMES: Final = (
    "status", "duration", "history", "purpose", "amount", "savings", "employment", "rate",
    "personal", "guarantor", "residence", "property", "age", "plans", "housing", "loans", "job",
    "dependants", "phone", "foreign",
)  # fmt: skip


def table() -> list[list[str]]:
    """Rows of 20 attributes and the class."""
    lines = FILE.read_text(encoding="ascii").splitlines()
    return [line.split("\t") for line in lines if line.strip()]


def cases(names: Sequence[str] = NAMES) -> Cases:
    """The loans with these attributes, bad where the class is 2."""
    rows = table()
    columns = [Column(name, [row[NAMES.index(name)] for row in rows]) for name in names]
    return Cases(columns, [row[-1] == "2" for row in rows])
