"""Builds the files that the tests of importing upload: good ones, odd ones and hostile ones."""

import gzip
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from guanxi.imports.files import Recognised, read_rows, recognise


def text_file(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Write ``content`` to a file whose name says nothing about it."""
    path = folder / "upload"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def packed_file(folder: Path, content: bytes) -> Path:
    """Write ``content`` packed with gzip."""
    return text_file(folder, gzip.compress(content))


def workbook(folder: Path, rows: Iterable[Sequence[Any]], name: str = "upload") -> Path:
    """Write a workbook of one sheet by a writer that knows nothing of ours."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)

    return made_workbook(folder, fill, name)


def made_workbook(folder: Path, fill: Callable[[Any], None], name: str = "upload") -> Path:
    """Write the workbook that ``fill`` makes."""
    path = folder / name
    book = xlsxwriter.Workbook(str(path))
    fill(book)
    book.close()
    return path


def with_member(path: Path, name: str, content: bytes) -> Path:
    """Return a copy of the workbook in which one member has another content, or is new."""
    copy = path.with_name(f"{path.name}-changed")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return copy


def sheet_xml(cells: str) -> bytes:
    """Return a worksheet whose ``sheetData`` is ``cells``."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


def with_sheet(folder: Path, cells: str) -> Path:
    """Return a workbook with ``cells`` as the XML of its only sheet's data."""
    return with_member(workbook(folder, [["a"]]), "xl/worksheets/sheet1.xml", sheet_xml(cells))


def cells_of(path: Path, recognised: Recognised | None = None) -> list[list[str]]:
    """Return the cells of all rows under the header."""
    return [row.cells for row in read_rows(path, recognised or recognise(path))]
