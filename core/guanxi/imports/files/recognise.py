"""Recognises an uploaded table by its content and shows its first rows."""

import codecs
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from guanxi.exports.files.error_file import is_error_column
from guanxi.imports.files.csv_rows import csv_batches
from guanxi.imports.files.dialect import guess_dialect
from guanxi.imports.files.encoding import ENCODINGS, by_mark, guess_encoding
from guanxi.imports.files.errors import EmptyFile, HeaderOnly, UnknownChoice
from guanxi.imports.files.header import (
    first_full_row,
    letters,
    looks_like_header,
    refuse_duplicates,
    trimmed,
)
from guanxi.imports.files.recognised import AS_FOUND, Batch, Choices, Recognised
from guanxi.imports.files.rows import fitted
from guanxi.imports.files.signatures import (
    ZIP,
    refuse_binary,
    refuse_other_kinds,
    refuse_other_texts,
)
from guanxi.imports.files.source import open_bytes, starts_with
from guanxi.imports.files.workbook import open_sheet

SAMPLE_ROWS = 20
_EVIDENCE_ROWS = 50
_SAMPLE = 262_144


def recognise(path: Path, choices: Choices = AS_FOUND) -> Recognised:
    """Return how to read the table in ``path``, with its header and first rows.

    Goes by content, never by name. What ``choices`` decides is not guessed. Raises a
    :class:`~guanxi.imports.files.errors.FileProblem` that says what is wrong with the file;
    faults further down show only when the rows are read.
    """
    with open_bytes(path) as source:
        head = source.read(_SAMPLE)
    if starts_with(path, ZIP):
        return _recognise_workbook(path, choices)
    return _recognise_text(path, head, choices)


def _recognise_workbook(path: Path, choices: Choices) -> Recognised:
    with open_sheet(path, choices.sheet or "") as sheet:
        found = Recognised(kind="xlsx", sheets=sheet.sheets, sheet=sheet.name)
        return _with_rows(found, _first_rows(sheet.batches), choices)


def _recognise_text(path: Path, head: bytes, choices: Choices) -> Recognised:
    refuse_other_kinds(head)
    encoding = _known_encoding(choices.encoding) or guess_encoding(path)
    if not by_mark(head) and not encoding.startswith("utf-16"):
        refuse_binary(head)
    text = _decoded_start(head, encoding)
    refuse_other_texts(text)
    dialect = guess_dialect(text)
    found = Recognised(
        kind="csv",
        encoding=encoding,
        delimiter=_known_mark(choices.delimiter) or dialect.delimiter,
        quotechar=_known_mark(choices.quotechar) or dialect.quotechar,
        has_separator_line=dialect.has_separator_line,
    )
    batches = csv_batches(path, found, start_row=0, size=_EVIDENCE_ROWS)
    return _with_rows(found, _first_rows(batches), choices)


def _known_encoding(encoding: str | None) -> str:
    if encoding and encoding not in ENCODINGS:
        raise UnknownChoice(
            "There is no encoding of this name. Choose one of: %(encodings)s.",
            encodings=", ".join(ENCODINGS),
        )
    return encoding or ""


def _known_mark(mark: str | None) -> str:
    if mark and (len(mark) > 1 or mark in "\r\n\0"):
        raise UnknownChoice("Cells are separated and quoted by one character. Enter just one.")
    return mark or ""


def _decoded_start(head: bytes, encoding: str) -> str:
    """Return the complete lines of ``head``, or all of it if it is one line."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    text = codecs.getincrementaldecoder(codec)("replace").decode(head)
    end = text.rfind("\n") + 1 or text.rfind("\r") + 1
    return text[:end] if end and len(head) == _SAMPLE else text


def _first_rows(batches: Iterator[Batch]) -> Batch:
    rows = (row for batch in batches for row in batch)
    return list(islice(rows, _EVIDENCE_ROWS))


def _with_rows(found: Recognised, rows: Batch, choices: Choices) -> Recognised:
    """Return ``found`` completed by what the first rows tell."""
    if not rows:
        raise EmptyFile("This file has no rows. Check that you chose the right file.")
    top = first_full_row([cells for _, cells in rows])
    has_header = choices.has_header
    if has_header is None:
        has_header = looks_like_header(rows[top][1], [cells for _, cells in rows[top + 1 :]])
    if has_header:
        return _with_header(found, rows[top], rows[top + 1 :])
    width = _usual_width(rows)
    return _with_sample(replace(found, width=width, header=letters(width)), rows)


def _with_header(found: Recognised, top: tuple[int, list[str]], below: Batch) -> Recognised:
    if not below:
        raise HeaderOnly(
            "This file has column names but no rows under them. Check that you chose the right "
            "file, or say that it has no header."
        )
    number, cells = top
    # A last column without a name is one if half of the rows have something in it.
    widths = sorted(len(trimmed(values[: len(cells)])) for _, values in below)
    width = max(len(trimmed(cells)), widths[len(widths) // 2])
    names = [name.strip() for name in cells[:width]]
    added = tuple(position for position, name in enumerate(names) if is_error_column(name))
    header = tuple(name for position, name in enumerate(names) if position not in added)
    refuse_duplicates(header)
    found = replace(found, header=header, header_row=number, width=len(header), error_columns=added)
    return _with_sample(found, below)


def _usual_width(rows: Batch) -> int:
    widths = [len(trimmed(cells)) for _, cells in rows]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _with_sample(found: Recognised, rows: Batch) -> Recognised:
    return replace(found, sample_rows=tuple(fitted(rows[:SAMPLE_ROWS], found)))
