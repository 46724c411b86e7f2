"""Exported workbooks: typed cells, no formulas, several sheets, and reading them back."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imports.files.made_files import cells_of

from guanxi.exports.files import CellTooLong, xlsx_file
from guanxi.exports.files import xlsx_file as module_of_function
from guanxi.imports.files import Choices, recognise

MODULE = __import__(module_of_function.__module__, fromlist=["ROWS_PER_SHEET"])
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufffe\uffff"))


def test_values_come_back_as_text_of_the_same_meaning(tmp_path):
    path = tmp_path / "export.xlsx"
    instant = datetime.fromisoformat("2010-12-01 08:26:00")
    row = [
        "张伟", 17850, -12.5, Decimal("1234.5000"), True, date(2010, 12, 1), instant,
        instant.replace(tzinfo=UTC), None, date(1850, 1, 1), 12345678901234567, "00123",
    ]  # fmt: skip

    xlsx_file(path, [f"c{n}" for n in range(len(row))], [row])

    assert cells_of(path) == [
        ["张伟", "17850", "-12.5", "1234.5", "TRUE", "2010-12-01", "2010-12-01 08:26:00",
         "2010-12-01 08:26:00+00:00", "", "1850-01-01", "12345678901234567", "00123"],
    ]  # fmt: skip


def test_no_text_becomes_a_formula_or_a_link(tmp_path):
    path = tmp_path / "export.xlsx"
    texts = ["=1+1", "+86 138", "{=SUM(A1)}", "http://example.org", "internal:Sheet1!A1", "=@x"]

    xlsx_file(path, ["text"], [[text] for text in texts])

    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in archive.namelist()
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()
    assert cells_of(path, recognise(path, Choices(has_header=True))) == [[text] for text in texts]


def test_what_does_not_fit_one_sheet_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(MODULE, "ROWS_PER_SHEET", 3)
    path = tmp_path / "export.xlsx"

    xlsx_file(path, ["name", "n"], [["x", n] for n in range(7)])

    found = [recognise(path, Choices(sheet=f"Sheet{n}", has_header=True)) for n in (1, 2, 3)]
    assert [(sheet.sheets, sheet.header) for sheet in found] == [
        (("Sheet1", "Sheet2", "Sheet3"), ("name", "n"))
    ] * 3
    assert [[row.cells[1] for row in sheet.sample_rows] for sheet in found] == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6"],
    ]


def test_rows_that_fill_a_sheet_exactly_need_no_second(tmp_path, monkeypatch):
    monkeypatch.setattr(MODULE, "ROWS_PER_SHEET", 3)
    path = tmp_path / "export.xlsx"

    xlsx_file(path, ["name", "n"], [["x", n] for n in range(3)])

    assert recognise(path).sheets == ("Sheet1",)


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_a_text_that_no_cell_can_hold_is_refused_and_leaves_nothing_behind(tmp_path, text):
    path = tmp_path / "export.xlsx"

    with pytest.raises(CellTooLong) as refused:
        xlsx_file(path, ["a", "b"], [["x", "y"], ["x", text]])

    assert refused.value.params == {"column": 2, "row": 3}
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_that_a_cell_can_hold_is_written(tmp_path):
    path = tmp_path / "export.xlsx"
    text = "😀" * 16_383

    xlsx_file(path, ["name", "b"], [["x", text]])

    assert cells_of(path) == [["x", text]]


@settings(deadline=None, max_examples=15)
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=10))
def test_every_text_comes_back_through_the_importer(rows, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "export.xlsx"
    rows = [("x", "y"), *(row for row in rows if any(row))]

    xlsx_file(path, ["first", "second"], rows)

    assert cells_of(path, recognise(path, Choices(has_header=True))) == [list(row) for row in rows]
