"""Tables in files, CSV or XLSX, for plugins that take one: ``from guanxi.sdk import tables``.

They are recognised and read by the reader of imports, with its limits: encoding and delimiter are
found, a workbook is read in a process of its own. For what an import can do (mapping, undo), and
for files of any size, use an import.
"""

import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from guanxi.errors import Invalid
from guanxi.imports.files import read_rows, recognise
from guanxi.imports.files.errors import FileProblem

__all__ = ["FileProblem", "Table", "read"]

_PIECE = 1024 * 1024


class Table(NamedTuple):
    """A table as text: the names of its columns, and its rows without the empty ones.

    Each row is its number as a spreadsheet shows it, and as many cells as there are columns.
    """

    columns: list[str]
    rows: list[tuple[int, list[str]]]


def read(file: IO[bytes], *, most_rows: int = 10_000, most_bytes: int = 50 * 1024 * 1024) -> Table:
    """Read a table whole.

    :raises FileProblem: it is no table, or a row does not fit its columns; it says which.
    :raises Invalid: it is larger than allowed.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        _save(file, path, most_bytes)
        found = recognise(path)
        rows = []
        for row in read_rows(path, found):
            if row.problem is not None:
                raise row.problem
            rows.append((row.number, [cell.strip() for cell in row.cells]))
            if len(rows) > most_rows:
                raise Invalid("The table has more than %(most)s rows. Split it.", most=most_rows)
    return Table(list(found.header), rows)


def _save(file: IO[bytes], path: Path, most: int) -> None:
    size = 0
    with path.open("wb") as out:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > most:
                raise Invalid(
                    "The file has more than %(most)s megabytes. Split it.", most=most // 1024**2
                )
            out.write(piece)
