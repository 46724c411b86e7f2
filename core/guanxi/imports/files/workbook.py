"""Reads one sheet of an XLSX workbook through a confined process of its own.

A workbook can be made so that any reader runs out of memory or time. Here only the child
does (``workbook_child.py``); the parent then says so in a sentence.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from guanxi.imports.files import limits
from guanxi.imports.files.archive import check_workbook
from guanxi.imports.files.errors import (
    EmptyFile,
    EncryptedWorkbook,
    FileProblem,
    LineTooLong,
    NulCharacter,
    TooManyColumns,
    UnknownChoice,
    UnreadableWorkbook,
    WorkbookTooLarge,
)
from guanxi.imports.files.recognised import Batch

_CHILD = Path(__file__).with_name("workbook_child.py")
_LONGEST_MESSAGE = 16 * limits.MAX_RECORD
_OUT_OF_BOUNDS = {signal.SIGABRT, signal.SIGKILL, signal.SIGXCPU, signal.SIGALRM}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet while it is read; ``batches`` can be gone through once."""

    sheets: tuple[str, ...]
    name: str
    batches: Iterator[Batch]


@contextmanager
def open_sheet(path: Path, sheet: str = "", *, start_row: int = 0) -> Iterator[Sheet]:
    """Check the workbook, then open ``sheet`` (or the first that is not empty) after a row.

    Raises what :func:`check_workbook` raises, and EmptyFile, UnknownChoice, TooManyColumns,
    LineTooLong, NulCharacter, UnreadableWorkbook or WorkbookTooLarge; some of them while
    batches are taken.
    """
    check_workbook(path)
    with _child(path, sheet, start_row) as child:
        messages = _messages(child)
        head = next(messages)
        if head["width"] > limits.MAX_COLUMNS:
            raise TooManyColumns(
                "The sheet %(sheet)s has %(found)s columns, and %(limit)s is the most that can "
                "be imported. Delete the columns that are not needed.",
                sheet=head["sheet"],
                found=head["width"],
                limit=limits.MAX_COLUMNS,
            )
        yield Sheet(tuple(head["sheets"]), head["sheet"], _without_nuls(messages))


@contextmanager
def _child(path: Path, sheet: str, start_row: int) -> Iterator[subprocess.Popen[bytes]]:
    request = {
        "path": str(path),
        "sheet": sheet,
        "start_row": start_row,
        "max_record": limits.MAX_RECORD,
        "memory": limits.CHILD_MEMORY,
        "cpu_seconds": limits.CHILD_CPU_SECONDS,
        "load_seconds": limits.CHILD_LOAD_SECONDS,
    }
    # Isolated and without our environment, secrets and all; only the way to libraries is kept.
    environment = {"MALLOC_ARENA_MAX": "1"}
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    child = subprocess.Popen(  # noqa: S603 - our own file, and no shell
        [sys.executable, "-I", str(_CHILD), json.dumps(request)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


def _messages(child: subprocess.Popen[bytes]) -> Iterator[Any]:
    """Yield what the child sends until it says that this was all; raise what it reports."""
    output: IO[bytes] | None = child.stdout
    while output and (line := output.readline(_LONGEST_MESSAGE)).endswith(b"\n"):
        message = orjson.loads(line)
        if isinstance(message, dict) and "error" in message:
            raise _reported(message)
        if isinstance(message, dict) and "end" in message:
            return
        yield message
    raise _too_large() if -child.wait() in _OUT_OF_BOUNDS else _unreadable()


def _without_nuls(messages: Iterator[Any]) -> Iterator[Batch]:
    for message in messages:
        for number, cells in message:
            if any("\0" in cell for cell in cells):
                raise NulCharacter(
                    "Row %(row)s holds the invisible character NUL, which no text has. Type the "
                    "cell again and save the workbook.",
                    row=number,
                )
        yield message


def _reported(message: dict[str, Any]) -> FileProblem:
    """Return the exception for an error message of the child."""
    match message["error"]:
        case "empty":
            return EmptyFile("This workbook has no cells. Check that you chose the right file.")
        case "no_sheet":
            return UnknownChoice(
                "The workbook has no such sheet. Choose one of: %(sheets)s.",
                sheets=", ".join(message["sheets"]),
            )
        case "row_too_long":
            return LineTooLong(
                "Row %(row)s holds more than %(limit)s characters. Split texts that are too long.",
                row=message["row"],
                limit=limits.MAX_RECORD,
            )
        case "encrypted":
            return EncryptedWorkbook(
                "This workbook is protected by a password. Save it without the password, then "
                "upload it again."
            )
        case "memory":
            return _too_large()
    return _unreadable()


def _too_large() -> WorkbookTooLarge:
    return WorkbookTooLarge(
        "Reading this workbook takes more memory or time than is allowed, perhaps because of a "
        "stray cell far below or right of the table. Save the sheet as CSV and upload that."
    )


def _unreadable() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "This workbook cannot be read. Open it in Excel, WPS or LibreOffice, save it again as an "
        "ordinary .xlsx workbook, and upload that."
    )
