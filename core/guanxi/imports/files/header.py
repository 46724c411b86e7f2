"""Finds the column names of a table: which row they stand in, if any, and whether they are fit."""

import re
from collections.abc import Sequence

from guanxi.exports.files.error_file import is_error_column
from guanxi.imports.files.errors import DuplicateColumns

_TITLE_ROWS = 10
_PART_OF_VALUES = r"\s\d.,:;/()+%\-¥￥$€£年月日时分秒TZ"
_is_value = re.compile(
    rf"[{_PART_OF_VALUES}]*\d[{_PART_OF_VALUES}]*|\S+@\S+\.\S+", re.IGNORECASE
).fullmatch


def trimmed(cells: Sequence[str]) -> list[str]:
    """Return ``cells`` without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return list(cells[:end])


def letters(width: int) -> tuple[str, ...]:
    """Return names for columns that have none, as spreadsheets call them: A, B, ... Z, AA."""
    return tuple(map(_letter, range(width)))


def _letter(position: int) -> str:
    before, place = divmod(position, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + place)


def first_full_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the first row that is no title above the table.

    A title has text in one cell only while most rows have more.
    """
    widths = [sum(1 for cell in cells if cell.strip()) for cells in rows]
    usual = max(set(widths), key=widths.count, default=0)
    if usual > 1:
        for index, width in enumerate(widths[:_TITLE_ROWS]):
            if width > 1:
                return index
    return 0


def looks_like_header(cells: Sequence[str], below: Sequence[Sequence[str]] = ()) -> bool:
    """Guess whether ``cells`` are column names: no number, date or e-mail, and all different.

    Where names repeat, it takes a column that holds only values in the rows ``below``. A file
    without a header whose first row is all words is taken wrongly; a person can say so.
    """
    if any(is_error_column(cell) for cell in cells):
        return True
    names = [cell.strip().casefold() for cell in cells if cell.strip()]
    if not names or any(map(_is_value, names)):
        return False
    return len(set(names)) == len(names) or any(
        _holds_values(column, below) for column in range(len(cells))
    )


def _holds_values(column: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = [row[column].strip() for row in rows if column < len(row)]
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(map(_is_value, filled))


def refuse_duplicates(header: Sequence[str]) -> None:
    """Raise DuplicateColumns if two columns have one name; columns without a name may repeat."""
    seen: dict[str, int] = {}
    for position, name in enumerate(header, 1):
        first = seen.setdefault(name.casefold(), position)
        if name and first != position:
            raise DuplicateColumns(
                "The columns %(first)s and %(second)s are both called %(name)s. Give each "
                "column a name of its own, then upload the file again.",
                first=first,
                second=position,
                name=name[:100],
            )
