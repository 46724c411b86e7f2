"""The process that reads a workbook: run by ``workbook.py``, never imported by it.

It confines itself before it opens the file: memory, processor time, the time until the first
row, and no file may grow. What it reads it writes to standard output, one JSON message a line:
``{"sheets": .., "sheet": .., "width": ..}``, then lists of ``[row number, cells]``, then
``{"end": true}``; or ``{"error": ..}`` in place of what cannot follow. It imports nothing of
Guanxi, so it starts quickly and has nothing to leak.
"""

import contextlib
import datetime as dt
import json
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

_ROWS = 1_000
_CHARACTERS = 262_144


class _Stop(Exception):
    """Ends the reading with an error message for the parent."""

    def __init__(self, error: str, **details: object) -> None:
        super().__init__(error)
        self.message = {"error": error, **details}


def main() -> None:
    """Read the sheet that the request on the command line names."""
    request = json.loads(sys.argv[1])
    confine(request)
    try:
        serve(request)
        send({"end": True})
    except _Stop as stop:
        send(stop.message)
    except PasswordError:
        send({"error": "encrypted"})
    except MemoryError:
        send({"error": "memory"})
    except BrokenPipeError:
        sys.stderr.close()  # nobody listens any more
    except BaseException as error:  # noqa: BLE001 - the reader's own panics are no Exceptions
        send({"error": "unreadable", "why": str(error)[:200]})


def confine(request: dict[str, Any]) -> None:
    """Set the limits of this process; whoever breaks one is ended by the system."""
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_seconds"], request["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, request["load_seconds"])


def serve(request: dict[str, Any]) -> None:
    """Send the head and the rows of the requested sheet."""
    with Path(request["path"]).open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        names = table_sheets(book)
        name, sheet = chosen_sheet(book, names, request["sheet"])
        signal.setitimer(signal.ITIMER_REAL, 0)  # from here on the parent sets the pace
        send({"sheets": names, "sheet": name, "width": sheet.width if sheet.start else 0})
        for batch in batches(sheet, request["start_row"], request["max_record"]):
            send(batch)


def table_sheets(book: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets with cells: those one sees, or all if one sees none."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return seen or [sheet.name for sheet in sheets]


def chosen_sheet(
    book: CalamineWorkbook, names: list[str], wanted: str
) -> tuple[str, CalamineSheet]:
    """Return the wanted sheet, or the first one that is not empty."""
    if wanted and wanted not in names:
        raise _Stop("no_sheet", sheets=names)
    for name in [wanted] if wanted else names:
        sheet = book.get_sheet_by_name(name)
        if wanted or sheet.start is not None:
            return name, sheet
    raise _Stop("empty")


def batches(
    sheet: CalamineSheet, start_row: int, max_record: int
) -> Iterator[list[tuple[int, list[str]]]]:
    """Yield the rows after ``start_row`` that have any text, some at a time."""
    batch: list[tuple[int, list[str]]] = []
    characters = 0
    for number, values in enumerate(sheet.iter_rows(), 1):
        if number <= start_row or not any(value != "" for value in values):
            continue
        cells = [TEXT_OF[type(value)](value) for value in values]
        length = sum(map(len, cells))
        if length > max_record:
            raise _Stop("row_too_long", row=number)
        batch.append((number, cells))
        characters += length
        if len(batch) == _ROWS or characters > _CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def number_text(value: float) -> str:
    """Return a number as Excel shows it: 15 digits, no ``.0``, no exponent."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def duration_text(value: dt.timedelta) -> str:
    """Return a duration as hours, minutes and seconds; hours may be more than 24."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: str,
    float: number_text,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    dt.date: str,
    dt.datetime: str,
    dt.time: str,
    dt.timedelta: duration_text,
}


def send(message: object) -> None:
    """Write one message for the parent."""
    sys.stdout.buffer.write(orjson.dumps(message) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
