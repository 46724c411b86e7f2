"""Writes an XLSX workbook row by row in constant memory.

Text is written as text: never as a formula, a link or a number. A text that would turn into
a formula when somebody edits its cell is marked with the workbook's own quote prefix, which
shows nothing and is not part of the value.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from guanxi.errors import GuanxiError
from guanxi.exports.files.cells import Cell, text_of
from guanxi.exports.files.formulas import acts_as_formula

ROWS_PER_SHEET = 1_048_575
"""Data rows of one sheet: Excel's 1,048,576 less the header."""

_LONGEST_TEXT = 32_767  # in UTF-16 code units, as Excel counts
_EXACT_DIGITS = 15
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was


class CellTooLong(GuanxiError):
    """A text has more characters than a cell of a workbook can hold."""

    status = 422
    code = "cell_too_long"


def xlsx_file(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write ``rows`` under a bold, fixed ``header`` to a new workbook at ``path``.

    After 1,048,575 rows a further sheet begins, with the header again. Instants with a zone
    are written as ISO 8601 text, because a workbook knows no zones.
    Raises CellTooLong. Whatever is raised, also by ``rows``, nothing is left at ``path``.
    """
    remaining = iter(rows)
    with _workbook(path) as book:
        formats = _Formats(book)
        for sheet in _sheets(book, header, formats):
            written = 0
            for written, row in enumerate(islice(remaining, ROWS_PER_SHEET), 1):
                for column, cell in enumerate(row):
                    _write(sheet, formats, written, column, cell)
            following = next(remaining, None) if written == ROWS_PER_SHEET else None
            if following is None:
                return
            remaining = chain([following], remaining)


class _Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.header = book.add_format({"bold": True})
        self.quoted = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    # Rows wait in a folder of our own, so that they go away even if writing fails.
    with TemporaryDirectory(dir=path.parent, prefix=".xlsx-") as waiting:
        book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "use_zip64": True,
                "tmpdir": waiting,
            },
        )
        try:
            yield book
        except BaseException:
            book.close()  # which alone closes the files that wait
            path.unlink(missing_ok=True)
            raise
        book.close()


def _sheets(book: Any, header: Sequence[str], formats: _Formats) -> Iterator[Any]:
    while True:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, formats.header)
        yield sheet


def _write(sheet: Any, formats: _Formats, row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float, Decimal)) and _is_exact(cell):
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, datetime) and cell.tzinfo is None and cell.date() >= _FIRST_DAY:
        sheet.write_datetime(row, column, cell, formats.instant)
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= _FIRST_DAY:
        sheet.write_datetime(row, column, cell, formats.day)
    else:
        _write_text(sheet, formats, row, column, text_of(cell))


def _write_text(sheet: Any, formats: _Formats, row: int, column: int, text: str) -> None:
    if len(text) > _LONGEST_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
        raise CellTooLong(
            "The text in column %(column)s of row %(row)s is longer than a cell of a workbook "
            "can hold (32,767 characters): export as CSV instead.",
            column=column + 1,
            row=row + 1,
        )
    sheet.write_string(row, column, text, formats.quoted if acts_as_formula(text) else None)


def _is_exact(number: int | float | Decimal) -> bool:
    """Tell whether a workbook, which keeps 15 digits, keeps all of ``number``."""
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= _EXACT_DIGITS
