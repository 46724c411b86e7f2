"""The error file of an import: every refused row as it was, and why it was refused.

The row number and the reason stand before the original cells, so that a row with too many
cells does not push them aside. Their titles begin with :data:`MARK`; the importer passes
marked columns over, so the file can be corrected and imported alone, with the same mapping,
again and again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from guanxi.exports.files.csv_stream import csv_stream
from guanxi.exports.files.xlsx_file import xlsx_file
from guanxi.i18n import _

MARK = "(!) "


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that was not imported; ``reason`` is already in the reader's language."""

    number: int
    cells: Sequence[str]
    reason: str


def is_error_column(title: str) -> bool:
    """Tell whether a column of this title was added by an error file."""
    return title.lstrip().startswith(MARK)


def error_csv(header: Sequence[str], refused: Iterable[RefusedRow]) -> Iterator[bytes]:
    """Yield the error file as CSV, in pieces; ``header`` is the original one."""
    return csv_stream(error_header(header), map(_cells, refused))


def error_xlsx(path: Path, header: Sequence[str], refused: Iterable[RefusedRow]) -> None:
    """Write the error file as a workbook to ``path``; ``header`` is the original one."""
    xlsx_file(path, error_header(header), map(_cells, refused))


def error_header(header: Sequence[str]) -> list[str]:
    """Return the titles of an error file, in the current person's language."""
    return [MARK + _("Row"), MARK + _("Why it was refused"), *header]


def _cells(row: RefusedRow) -> list[str | int]:
    return [row.number, row.reason, *row.cells]
