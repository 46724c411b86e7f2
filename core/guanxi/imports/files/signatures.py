"""Tells files that are no table by their content, and says what they are.

A name or a browser's content type proves nothing; the first bytes do.
"""

import re

from guanxi.i18n import N_
from guanxi.imports.files.errors import EncryptedWorkbook, NotATable

GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

_PICTURE = N_("This is a picture, not a table. Upload the table itself as .xlsx or CSV.")
_PDF = N_(
    "This is a PDF document, not a table. Upload the table it was made from, as .xlsx or CSV."
)
_RTF = N_("This is a text document, not a table. Save its table as .xlsx or CSV.")
_OLD_XLS = N_(
    "This is an old Excel workbook (.xls) or another old Office file. Open it in Excel, WPS or "
    "LibreOffice and save it as .xlsx."
)
_PACKED = N_("This is a packed archive. Unpack it and upload the .xlsx or CSV file inside.")
_DATABASE = N_("This is a database file, not a table. Export the table as .xlsx or CSV.")
_WEB_PAGE = N_(
    "This is a web page or an XML file, even if its name ends in .xls. Open it in Excel, WPS or "
    "LibreOffice and save it as .xlsx."
)
_JSON = N_("This is a JSON file, not a table. Send it to the API, or convert it to CSV.")
_BINARY = N_("This file holds no text and is not a workbook. Upload a table as .xlsx or CSV.")

_BY_FIRST_BYTES = (
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"%PDF-", _PDF),
    (b"{\\rtf", _RTF),
    (_OLE, _OLD_XLS),
    (GZIP, _PACKED),  # packed twice, as are the next ones: the outer layer is unpacked already
    *((signature, _PACKED) for signature in ZIP),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"Rar!\x1a\x07", _PACKED),
    (b"BZh91AY&SY", _PACKED),
    (b"\xfd7zXZ\x00", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"SQLite format 3\x00", _DATABASE),
    (b"PAR1", _DATABASE),
)

_web_page = re.compile(
    r"\s*<(!doctype|html|head|body|table|\?xml|svg|script)\b", re.IGNORECASE
).match
_json = re.compile(r'\s*(\{\s*["}]|\[\s*[{\[]\s*["{\[])').match
_TEXT_CONTROLS = {9, 10, 11, 12, 13, 26, 27}
_CONTROLS = bytes(byte for byte in range(1, 32) if byte not in _TEXT_CONTROLS)


def refuse_other_kinds(head: bytes) -> None:
    """Raise if ``head``, the first kilobytes of a file, belongs to a known kind of file.

    Raises NotATable, or EncryptedWorkbook for a workbook with a password, which looks like
    an old Office file from outside.
    """
    if head.startswith(_OLE) and _ENCRYPTED_STREAM in head:
        raise EncryptedWorkbook(
            "This workbook is protected by a password. Save it without the password, then "
            "upload it again."
        )
    for first, sentence in _BY_FIRST_BYTES:
        if head.startswith(first):
            raise NotATable(sentence)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise NotATable(_PICTURE)


def refuse_other_texts(text: str) -> None:
    """Raise NotATable if the decoded beginning of a file is markup or JSON."""
    if _web_page(text):
        raise NotATable(_WEB_PAGE)
    if _json(text):
        raise NotATable(_JSON)


def refuse_binary(sample: bytes) -> None:
    """Raise NotATable if ``sample``, in an encoding of single bytes, is full of controls."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    nuls = sample.count(0)
    if controls > len(sample) // 50 or nuls > len(sample) // 10:
        raise NotATable(_BINARY)
