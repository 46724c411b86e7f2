"""Opens an uploaded text file as bytes or as decoded pieces, unpacking ``.gz`` on the way.

Nothing here holds more than a piece in memory.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from guanxi.imports.files.errors import ArchiveTooLarge, BrokenArchive, WrongBytes
from guanxi.imports.files.limits import MAX_RATIO, RATIO_MATTERS_ABOVE
from guanxi.imports.files.signatures import GZIP

PIECE = 131_072


class ByteReader(Protocol):
    """What is left of a binary file when one may only read on."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        ...


@contextmanager
def open_bytes(path: Path) -> Iterator[ByteReader]:
    """Open ``path`` for reading its content, which is the unpacked one of a ``.gz`` file.

    Reading may raise BrokenArchive or ArchiveTooLarge.
    """
    packed = starts_with(path, (GZIP,))
    with path.open("rb") as file:
        yield _Unpacked(file, path.stat().st_size) if packed else file


def starts_with(path: Path, signatures: tuple[bytes, ...]) -> bool:
    """Tell whether the file itself, not what it packs, starts with one of ``signatures``."""
    with path.open("rb") as file:
        return file.read(16).startswith(signatures)


class _Unpacked:
    """The content of a ``.gz`` file, up to the allowed multiple of its size."""

    def __init__(self, file: BinaryIO, packed_size: int) -> None:
        self._file = gzip.GzipFile(fileobj=file)
        self._left = max(packed_size * MAX_RATIO, RATIO_MATTERS_ABOVE)

    def read(self, size: int, /) -> bytes:
        try:
            piece = self._file.read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise BrokenArchive(
                "This .gz file is damaged or was cut off. Pack it again, or upload the file "
                "without packing it."
            ) from None
        self._left -= len(piece)
        if self._left < 0:
            raise ArchiveTooLarge(
                "This .gz file unpacks to more than %(ratio)s times its size and was not read. "
                "Upload the file without packing it.",
                ratio=MAX_RATIO,
            )
        return piece


def decoded(source: ByteReader, encoding: str) -> Iterator[str]:
    """Yield the text of ``source`` in pieces. Raises WrongBytes, which names the line."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    lines = 0
    while True:
        piece = source.read(PIECE)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(error.encoding, "replace")
            raise _wrong_bytes(lines + count_lines(before) + 1, encoding) from None
        if text:
            lines += count_lines(text)
            yield text
        if not piece:
            return


def count_lines(text: str) -> int:
    """Return how many line ends ``text`` has, be they of Unix, Windows or an old Mac."""
    return max(text.count("\n"), text.count("\r"))


def _wrong_bytes(line: int, encoding: str) -> WrongBytes:
    return WrongBytes(
        "Line %(line)s holds bytes that are no text in the encoding %(encoding)s. Choose another "
        "encoding, or save the file as CSV UTF-8 and upload it again.",
        line=line,
        encoding=encoding,
    )
