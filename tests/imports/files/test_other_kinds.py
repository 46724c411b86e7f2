"""Files that are no tables, whatever they are called."""

import io
import tarfile
import zipfile
import zlib

import pytest
from tests.imports.files.made_files import packed_file, text_file, workbook

from guanxi.imports.files import recognise
from guanxi.imports.files.errors import EncryptedWorkbook, NotATable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def png() -> bytes:
    """Return a whole picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    size = (1).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    pixel = zlib.compress(b"\x00\x7f")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def archive(*names: str) -> bytes:
    """Return a zip archive with members of these names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "content")
    return buffer.getvalue()


def tar() -> bytes:
    """Return a tar archive with one CSV file in it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        member = tarfile.TarInfo("customers.csv")
        member.size = 4
        file.addfile(member, io.BytesIO(b"a,b\n"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (png(), "This is a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), "This is a picture"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(range(256)), "This is a picture"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "This is a PDF document"),
        (b"{\\rtf1\\ansi a,b\\par 1,2}", "This is a text document"),
        (OLE + bytes(504) + "Workbook".encode("utf-16-le"), "This is an old Excel workbook (.xls)"),
        (b"<!DOCTYPE html><table><tr><td>a</td></tr></table>", "This is a web page"),
        (b"\xef\xbb\xbf\n <html>\n<body><table><tr><td>a,b</td></tr>", "This is a web page"),
        ('<?xml version="1.0"?><Workbook></Workbook>'.encode("utf-16"), "This is a web page"),
        (b'{"customers": [{"name": "Ann"}]}', "This is a JSON file"),
        (b'[\n {"name": "Ann"}]', "This is a JSON file"),
        (b"SQLite format 3\x00" + bytes(84), "This is a database file"),
        (archive("customers.csv"), "This is a zip archive"),
        (archive("mimetype", "content.xml"), "This is an OpenDocument file (.ods)"),
        (archive("[Content_Types].xml", "word/document.xml"), "This is a text document"),
        (archive("[Content_Types].xml", "xl/workbook.bin"), "This is a binary Excel workbook"),
        (archive("Index/Document.iwa"), "This is an Apple Numbers file"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(64)), "This is a packed archive"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, "This file holds no text"),
        (tar(), "This file holds no text"),
        (bytes(5_000), "This file holds no text"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(tmp_path, content, said):
    with pytest.raises(NotATable) as refused:
        recognise(text_file(tmp_path, content))

    assert str(refused.value).startswith(said)


def test_a_workbook_with_a_password_is_not_called_an_old_one(tmp_path):
    content = OLE + bytes(1_016) + "EncryptedPackage".encode("utf-16-le") + bytes(1_000)

    with pytest.raises(EncryptedWorkbook):
        recognise(text_file(tmp_path, content))


def test_only_text_may_be_packed(tmp_path):
    inside = workbook(tmp_path, [["a", "b"], [1, 2]]).read_bytes()

    with pytest.raises(NotATable) as refused:
        recognise(packed_file(tmp_path, inside))

    assert str(refused.value).startswith("This is a packed archive")


def test_a_table_that_begins_like_another_kind_is_a_table(tmp_path):
    for first in ("PKW,BMW", "GIF,JPG", "{id},{name}", "[id],[name]", "<none>,<b>", "MZ,BZh"):
        path = text_file(tmp_path, f"{first}\nx,1\ny,2\n")

        assert recognise(path).header == tuple(first.split(","))
