"""Tables that plugins read whole: any encoding and delimiter that an import can read."""

from io import BytesIO

import pytest

from guanxi.errors import GuanxiError, Invalid
from guanxi.sdk import tables


def test_a_table_is_read_as_text_with_row_numbers() -> None:
    found = tables.read(BytesIO("name;编号\nAnn; 007\n\nBob;8\n".encode("gb18030")))

    assert found.columns == ["name", "编号"]
    assert found.rows == [(2, ["Ann", "007"]), (4, ["Bob", "8"])]


def test_a_workbook_is_read_alike() -> None:
    content = workbook()

    found = tables.read(BytesIO(content))

    assert found == (["name", "age"], [(2, ["Ann", "40"]), (3, ["Bob", ""])])


def workbook() -> bytes:
    import xlsxwriter  # noqa: PLC0415

    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([["name", "age"], ["Ann", 40], ["Bob"]]):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def test_what_is_no_table_is_refused_with_a_sentence() -> None:
    for content in (b"", b"%PDF-1.4 \x00\x01", b"only,a,header\n"):
        with pytest.raises(GuanxiError):
            tables.read(BytesIO(content))


def test_a_row_that_does_not_fit_is_named() -> None:
    with pytest.raises(GuanxiError, match="Row 3"):
        tables.read(BytesIO(b"a,b\n1,2\n1,2,3\n4,5\n"))


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid, match="more than 1 rows"):
        tables.read(BytesIO(b"a,b\n1,2\n3,4\n"), most_rows=1)
    with pytest.raises(Invalid, match="megabytes"):
        tables.read(BytesIO(b"a,b\n1,2\n"), most_bytes=4)
