"""Reads the rows of a CSV file in batches, with bounded memory, from any row on.

The standard library's ``csv`` does the parsing, as leniently as spreadsheets do: a quotation
mark in the middle of a cell is a character like any other. What it does not notice itself,
a quotation that runs to the end of the file, is found with a last line of our own.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guanxi.exports.files.formulas import PREFIX, restore
from guanxi.imports.files.errors import (
    LineTooLong,
    NulCharacter,
    TooManyColumns,
    UnterminatedQuote,
)
from guanxi.imports.files.limits import MAX_COLUMNS, MAX_RECORD
from guanxi.imports.files.recognised import Batch, Recognised
from guanxi.imports.files.source import count_lines, decoded, open_bytes

_NUL = "\0"
_END = _NUL  # our last line; it cannot be in the file, because NUL is refused
_BLANK = "\0 \t\u3000"
_BATCH_CHARACTERS = 4 * MAX_RECORD


@dataclass(slots=True)
class _Place:
    """How far reading is, shared by the feeder of lines and the reader of records."""

    records: int = 0
    line: int = 0
    """The last line of the last complete record."""

    at_end: bool = False


def csv_batches(
    path: Path, recognised: Recognised, *, start_row: int, size: int
) -> Iterator[Batch]:
    """Yield the rows after ``start_row`` that are not blank, ``size`` or fewer at a time.

    Raises the exceptions of :func:`guanxi.imports.files.read_rows`.
    """
    batch: Batch = []
    room = _BATCH_CHARACTERS
    with _open_records(path, recognised) as (records, place):
        for cells in records:
            if place.records <= start_row:
                continue
            text = _NUL.join(cells)
            if len(cells) > MAX_COLUMNS or len(text) > MAX_RECORD:
                raise _huge(len(cells), place)
            if not text.strip(_BLANK):
                continue
            is_protected = text[0] == PREFIX or _NUL + PREFIX in text
            restored = [restore(cell) for cell in cells] if is_protected else cells
            batch.append((place.records, restored))
            room -= len(text)
            if len(batch) == size or room < 0:
                yield batch
                batch, room = [], _BATCH_CHARACTERS
    if batch:
        yield batch


@contextmanager
def _open_records(
    path: Path, recognised: Recognised
) -> Iterator[tuple[Iterator[list[str]], _Place]]:
    place = _Place()
    with open_bytes(path) as source:
        lines = _lines(decoded(source, recognised.encoding), place)
        if recognised.has_separator_line:
            next(lines)
        yield _records(lines, recognised, place), place


def _records(lines: Iterator[str], recognised: Recognised, place: _Place) -> Iterator[list[str]]:
    """Yield each record and note the place, until the line that marks the end."""
    # The limit belongs to the process; it is only ever raised, and always to the same value.
    if csv.field_size_limit() < MAX_RECORD:
        csv.field_size_limit(MAX_RECORD)
    reader = csv.reader(
        lines, delimiter=recognised.delimiter, quotechar=recognised.quotechar, strict=False
    )
    skipped = 1 if recognised.has_separator_line else 0
    try:
        for cells in reader:
            if place.at_end:
                if cells != [_END]:
                    raise _unterminated(place)
                return
            place.records += 1
            place.line = reader.line_num + skipped
            yield cells
    except csv.Error:
        if reader.line_num + skipped > place.line + 1:
            raise _unterminated(place) from None
        raise _too_long(place.line + 1) from None


def _lines(pieces: Iterator[str], place: _Place) -> Iterator[str]:
    """Yield the lines of ``pieces`` with their ends, then the line that marks the end."""
    rest, before = "", 0
    records, unfinished = 0, 0
    for piece in pieces:
        text = rest + piece
        if _NUL in piece:
            raise _nul(before + count_lines(text[: text.index(_NUL)]) + 1)
        cut = _end_of_last_line(text)
        rest = text[cut:]
        if len(rest) > MAX_RECORD:
            raise _too_long(before + count_lines(text[:cut]) + 1)
        yield from io.StringIO(text[:cut], newline="")
        before += count_lines(text[:cut])
        unfinished = unfinished + cut if place.records == records else 0
        records = place.records
        if unfinished > MAX_RECORD:
            raise _unterminated(place)
    if rest:
        yield rest
    place.at_end = True
    yield _END


def _end_of_last_line(text: str) -> int:
    """Return where the last complete line ends; a final CR may be half of a CRLF."""
    return (text.rfind("\n") + 1) or (text.rfind("\r", 0, len(text) - 1) + 1)


def _huge(columns: int, place: _Place) -> TooManyColumns | LineTooLong:
    if columns <= MAX_COLUMNS:
        return _too_long(place.line)
    return TooManyColumns(
        "Row %(row)s has %(found)s columns, and %(limit)s is the most that can be imported. "
        "Delete the columns that are not needed, or check the delimiter.",
        row=place.records,
        found=columns,
        limit=MAX_COLUMNS,
    )


def _too_long(line: int) -> LineTooLong:
    return LineTooLong(
        "Line %(line)s is longer than %(limit)s characters, so this is hardly a table. Check "
        "that each row stands on a line of its own, and split texts that are too long.",
        line=line,
        limit=MAX_RECORD,
    )


def _nul(line: int) -> NulCharacter:
    return NulCharacter(
        "Line %(line)s holds the invisible character NUL, which no text has. Export the file "
        "again from where it came, or remove the character with a text editor.",
        line=line,
    )


def _unterminated(place: _Place) -> UnterminatedQuote:
    return UnterminatedQuote(
        "A quotation mark that opens on line %(line)s is never closed. Add the closing mark, or "
        "remove the opening one.",
        line=place.line + 1,
    )
