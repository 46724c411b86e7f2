"""Guesses the encoding of a text file from its bytes.

A byte order mark decides. Without one, many NUL bytes mean UTF-16;
otherwise the first bytes beyond ASCII are judged, wherever in the file they stand: as UTF-8
if they nearly all fit it, as GB18030 (which includes GBK and GB2312) if they look like common
Chinese characters, and as Windows-1252 as the last resort.
"""

import codecs
import re
from pathlib import Path

from guanxi.imports.files.source import ByteReader, open_bytes

ENCODINGS = ("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
"""Encodings a person may choose; ``utf-8`` and ``utf-16`` take a byte order mark as it comes."""

_ORDERS = ("utf-16-le", "utf-16-be")
_SAMPLE = 65_536
_no_text = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]").search
_DAMAGE = 20  # one wrong byte in this many characters is damage, not another encoding


def guess_encoding(path: Path) -> str:
    """Return the most plausible of :data:`ENCODINGS` for the text in ``path``.

    Raises BrokenArchive or ArchiveTooLarge for a ``.gz`` file that cannot be unpacked.
    """
    with open_bytes(path) as source:
        head = source.read(_SAMPLE)
        marked = by_mark(head) or _by_nuls(head)
        if marked:
            return marked
        evidence = head if not head.isascii() else _first_beyond_ascii(source)
    return _by_fit(evidence)


def by_mark(head: bytes) -> str:
    """Return the encoding that the byte order mark at the start of ``head`` says, or nothing."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return ""


def _by_nuls(head: bytes) -> str:
    """Recognise UTF-16 without a mark: NULs, which make line ends and delimiters of one order.

    On which side the NULs stand is not enough: 一 is U+4E00.
    """
    if head.count(0) < len(head) / 50:
        return ""
    structure, encoding = max((_structure(head, order), order) for order in _ORDERS)
    return encoding if structure else ""


def _structure(sample: bytes, encoding: str) -> int:
    """Return how many line ends and delimiters ``sample`` has; 0 if it is no text at all."""
    text = _decoded(sample, encoding)
    return 0 if _no_text(text) else sum(map(text.count, "\r\n,;\t|"))


def _decoded(sample: bytes, encoding: str) -> str:
    # Not final: the sample may end in the middle of a character.
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample)


def _first_beyond_ascii(source: ByteReader) -> bytes:
    """Return the first piece of ``source`` that is not ASCII; empty if all of it is."""
    while piece := source.read(_SAMPLE):
        if not piece.isascii():
            return piece + source.read(_SAMPLE)
    return b""


def _by_fit(evidence: bytes) -> str:
    if not evidence or _wrong_share(evidence, "utf-8") * _DAMAGE <= 1:
        return "utf-8"
    if _wrong_share(evidence, "gb18030") * _DAMAGE <= 1 and _is_common_chinese(evidence):
        return "gb18030"
    return "cp1252"


def _wrong_share(evidence: bytes, encoding: str) -> float:
    """Return which share of the characters beyond ASCII is replaced in ``encoding``."""
    beyond = [character for character in _decoded(evidence, encoding) if character > "\x7f"]
    return beyond.count("\ufffd") / len(beyond) if beyond else 0.0


def _is_common_chinese(evidence: bytes) -> bool:
    """Tell whether most characters are GB2312's, whose two bytes are both above ASCII.

    In Western text read as GB18030 the second byte is mostly the ASCII letter that follows
    an accented one.
    """
    common = rare = 0
    for character in _decoded(evidence, "gb18030"):
        if character > "\x7f" and character != "\ufffd":
            code = character.encode("gb18030", "replace")
            if len(code) == 2 and code[0] >= 0xA1 and code[1] >= 0xA1:
                common += 1
            else:
                rare += 1
    return common > rare
