"""Writes CSV piece by piece, for a response or a file of any length."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence

from guanxi.exports.files.cells import Cell, text_of
from guanxi.exports.files.formulas import neutralise

_PIECE = 65_536


def csv_stream(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = True
) -> Iterator[bytes]:
    """Yield a CSV file in pieces of about 64 KB: UTF-8, commas, CRLF (RFC 4180).

    ``bom`` puts the byte order mark first, without which Excel takes the file for the
    system's old encoding. Texts that act as formulas are neutralised, the header's too.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutralise(title) for title in header])
    yield (BOM_UTF8 if bom else b"") + _drained(buffer)
    for row in rows:
        writer.writerow([text_of(neutralise(cell)) for cell in row])
        if buffer.tell() >= _PIECE:
            yield _drained(buffer)
    if buffer.tell():
        yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
