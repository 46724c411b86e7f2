"""Reads the rows of a recognised table, from any row on; see ``recognise`` for what comes first."""

from collections.abc import Iterator
from pathlib import Path

from guanxi.imports.files.csv_rows import csv_batches
from guanxi.imports.files.errors import RaggedRow, TooFewCells, TooManyCells
from guanxi.imports.files.header import trimmed
from guanxi.imports.files.recognised import Batch, Recognised, Row
from guanxi.imports.files.workbook import open_sheet

BATCH = 1_000


def read_rows(path: Path, recognised: Recognised, *, start_row: int = 0) -> Iterator[Row]:
    """Yield the rows under the header whose number is greater than ``start_row``.

    To resume, pass the number of the last row that was done. Blank rows are passed over, and
    so are the columns that an error file added. A row that does not fit the columns carries
    its ``problem``; everything else that is wrong raises a
    :class:`~guanxi.imports.files.errors.FileProblem` when it is reached.
    """
    for batch in read_batches(path, recognised, start_row=start_row):
        for number, cells in batch:
            yield Row(number, cells, width_problem(number, cells, recognised.width))


def read_batches(
    path: Path, recognised: Recognised, *, start_row: int = 0, size: int = BATCH
) -> Iterator[Batch]:
    """Yield the same rows as :func:`read_rows` in lists of about ``size``, which is faster.

    Rows are ``(number, cells)``; hold those whose length is not ``recognised.width`` against
    :func:`width_problem`. A batch of long texts has fewer rows.
    """
    after = max(start_row, recognised.header_row)
    if recognised.kind == "csv":
        batches = csv_batches(path, recognised, start_row=after, size=size)
        yield from (_fitted_pairs(batch, recognised) for batch in batches)
    else:
        with open_sheet(path, recognised.sheet, start_row=after) as sheet:
            yield from (_fitted_pairs(batch, recognised) for batch in sheet.batches)


def width_problem(number: int, cells: list[str], width: int) -> RaggedRow | None:
    """Return what is wrong with row ``number`` if it does not have ``width`` cells."""
    if len(cells) == width:
        return None
    if len(cells) > width:
        return TooManyCells(
            "Row %(row)s has %(found)s cells where %(width)s belong. Remove what is too much; a "
            "text that holds the delimiter belongs in quotation marks.",
            row=number,
            found=len(cells),
            width=width,
        )
    return TooFewCells(
        "Row %(row)s has only %(found)s of %(width)s cells. Add the missing ones, "
        "empty if need be.",
        row=number,
        found=len(cells),
        width=width,
    )


def fitted(batch: Batch, recognised: Recognised) -> Iterator[Row]:
    """Yield ``batch`` as rows, each with its problem if it does not fit."""
    for number, cells in _fitted_pairs(batch, recognised):
        yield Row(number, cells, width_problem(number, cells, recognised.width))


def _fitted_pairs(batch: Batch, recognised: Recognised) -> Batch:
    """Leave out the error file's columns, and empty cells beyond the last column."""
    width, added = recognised.width, recognised.error_columns
    if added:
        batch = [
            (number, [cell for position, cell in enumerate(cells) if position not in added])
            for number, cells in batch
        ]
    return [
        (number, cells if len(cells) <= width else _cut(cells, width)) for number, cells in batch
    ]


def _cut(cells: list[str], width: int) -> list[str]:
    return cells[:width] + trimmed(cells[width:])
