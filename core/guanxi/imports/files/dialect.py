"""Guesses which character separates the cells of a CSV file, and which quotes them.

Each candidate is tried on the first lines; the one under which most rows have as many cells
as the first row wins.
"""

import csv
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
"""Separators that are recognised; a ``sep=`` line or a person may name another."""

_LINES = 200
_separator_line = re.compile(r'"?sep=(?P<delimiter>[^"\r\n]?)"?(\r\n|\r|\n|$)', re.IGNORECASE).match
_glued_numbers = re.compile(r"\d[;\t|]\d").search


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a CSV file are told apart."""

    delimiter: str = ","
    quotechar: str = '"'
    has_separator_line: bool = False


def guess_dialect(text: str) -> Dialect:
    """Return the most plausible dialect of ``text``, the first lines of a file."""
    named = _separator_line(text)
    if named and named["delimiter"]:
        return Dialect(named["delimiter"], has_separator_line=True)
    lines = list(islice(text.splitlines(keepends=True), _LINES))
    quotechar = "'" if _all_in_apostrophes(lines) else '"'
    delimiter = max(DELIMITERS, key=lambda mark: _score(_rows(lines, mark, quotechar)))
    return Dialect(delimiter, quotechar)


def _all_in_apostrophes(lines: Iterable[str]) -> bool:
    stripped = [line.strip() for line in lines if line.strip()]
    return all(len(line) > 1 and line[0] == line[-1] == "'" for line in stripped)


def _rows(lines: Iterable[str], delimiter: str, quotechar: str) -> list[list[str]]:
    rows: list[list[str]] = []
    # A runaway quotation ends the reading; the rows before it are evidence enough.
    with suppress(csv.Error):
        reader = csv.reader(lines, delimiter=delimiter, quotechar=quotechar)
        rows.extend(row for row in reader if any(row))
    return rows


def _score(rows: list[list[str]]) -> tuple[bool, float, int, int]:
    """Return a figure of merit: higher is better, and one column is no evidence."""
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count, default=0)
    if usual < 2:
        return (False, 0.0, 0, 0)
    share = round(widths.count(usual) / len(widths), 2)
    # "1,5;2,5" also splits evenly at its commas, but "5;2" is not a cell one would expect.
    glued = sum(bool(_glued_numbers(cell)) for row in rows for cell in row)
    return (widths[0] == usual, share, -glued, usual)
