"""A small table as a file to download, CSV or XLSX, in one answer."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response

from guanxi.errors import NotFound
from guanxi.exports.files.cells import Cell
from guanxi.exports.files.csv_stream import csv_stream
from guanxi.exports.files.xlsx_file import xlsx_file

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return ``rows`` under ``header`` as a file called ``name``, which ends with .csv or .xlsx.

    Texts that act as formulas are neutralised. For what fits into memory; long lists are exports.

    :raises NotFound: there are no files of that ending.
    """
    ending = Path(name).suffix
    if ending not in TYPES:
        raise NotFound("A file is csv or xlsx.")
    if ending == ".csv":
        data = b"".join(csv_stream(header, rows))
    else:
        with TemporaryDirectory() as folder:
            path = Path(folder, "table.xlsx")
            xlsx_file(path, header, rows)
            data = path.read_bytes()
    answer = Response(data, content_type=TYPES[ending])
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
