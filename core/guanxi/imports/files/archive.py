"""Looks into a workbook's zip archive before anything reads it, and refuses what is dangerous.

Sizes are taken from the archive's own list first and then held against what really unpacks.
The reader itself still runs confined (see ``workbook.py``): this page only keeps honest
mistakes and known attacks from getting that far, with a sentence that names them.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from guanxi.i18n import N_
from guanxi.imports.files.errors import (
    ArchiveTooLarge,
    BrokenArchive,
    EncryptedWorkbook,
    NotATable,
    UnsafeWorkbook,
)
from guanxi.imports.files.limits import (
    MAX_DIRECTORY,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_MATTERS_ABOVE,
)

_PIECE = 131_072
_END_RECORD = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16: end of central directory record
_LONGEST_COMMENT = 65_535
_ENCRYPTED = 0x1

_DOCUMENT = N_("This is a text document or a presentation, not a table. Save its table as .xlsx.")
_OPEN_DOCUMENT = N_(
    "This is an OpenDocument file (.ods). Open it in LibreOffice or Excel and save it as .xlsx."
)
_BINARY_WORKBOOK = N_(
    "This is a binary Excel workbook (.xlsb). Open it in Excel and save it as .xlsx."
)
_NUMBERS = N_("This is an Apple Numbers file. Export it from Numbers as .xlsx or CSV.")
_OTHER_ZIP = N_("This is a zip archive. Unpack it and upload the .xlsx or CSV file inside.")

_KINDS = (
    ("xl/workbook.bin", _BINARY_WORKBOOK),
    ("word/document.xml", _DOCUMENT),
    ("ppt/presentation.xml", _DOCUMENT),
    ("mimetype", _OPEN_DOCUMENT),
    ("Index/Document.iwa", _NUMBERS),
)


def check_workbook(path: Path) -> None:
    """Raise unless ``path`` is an intact XLSX archive of bearable size without entities.

    Raises NotATable, BrokenArchive, EncryptedWorkbook, ArchiveTooLarge or UnsafeWorkbook.
    """
    with _reading(), path.open("rb") as file:
        _check_directory_size(file)
        with ZipFile(file) as archive:
            members = archive.infolist()
            _check_kind({member.filename for member in members})
            _check_list(members)
            for member in members:
                _check_member(archive, member)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, ValueError):
        raise _broken() from None


def _broken() -> BrokenArchive:
    return BrokenArchive(
        "This workbook is damaged or was cut off. Open it in Excel, WPS or LibreOffice, save it "
        "again as .xlsx, and upload that."
    )


def _check_directory_size(file: BinaryIO) -> None:
    """Refuse a list of members that would itself take too much memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD.size - _LONGEST_COMMENT))
    tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) - start < _END_RECORD.size:
        raise _broken()
    members, directory = _END_RECORD.unpack_from(tail, start)[4:6]
    if members > MAX_MEMBERS or directory > MAX_DIRECTORY:
        raise _too_large()


def _check_kind(names: set[str]) -> None:
    for name, sentence in _KINDS:
        if name in names:
            raise NotATable(sentence)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise NotATable(_OTHER_ZIP)


def _check_list(members: list[ZipInfo]) -> None:
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise EncryptedWorkbook(
            "Parts of this workbook are encrypted. Save it without a password, then upload it "
            "again."
        )
    names = {member.filename.casefold() for member in members}
    if len(names) < len(members):
        raise UnsafeWorkbook(
            "This workbook holds two parts of one name, so what it says depends on who reads it. "
            "Open it in Excel, WPS or LibreOffice and save it again as .xlsx."
        )
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    bomb = unpacked > RATIO_MATTERS_ABOVE and unpacked > packed * MAX_RATIO
    if bomb or unpacked > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        raise _too_large()


def _too_large() -> ArchiveTooLarge:
    return ArchiveTooLarge(
        "Unpacked, this workbook is larger than %(limit)s MB and was not read. Save the sheet as "
        "CSV, which may have any size, or delete what is not needed.",
        limit=MAX_UNPACKED // (1024 * 1024),
    )


def _check_member(archive: ZipFile, member: ZipInfo) -> None:
    """Unpack ``member`` piece by piece: its checksum must hold, and its XML be plain."""
    is_media = member.filename.startswith("xl/media/")  # never read; an SVG may have a DOCTYPE
    if member.header_offset < 0:  # from a damaged directory; seeking there would be an OSError
        raise _broken()
    before = b""
    with archive.open(member) as opened:
        while piece := opened.read(_PIECE):
            # Without NULs, so that UTF-16 hides nothing.
            seen = before + piece.replace(b"\0", b"")
            if not is_media and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
                raise UnsafeWorkbook(
                    "This workbook declares XML entities, which a spreadsheet never does, and was "
                    "not read. Open it in Excel, WPS or LibreOffice and save it again as .xlsx."
                )
            before = seen[-16:]
