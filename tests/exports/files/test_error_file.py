"""The error file of an import: made, corrected and imported alone."""

import pytest
from tests.imports.files.made_files import text_file

from guanxi.exports.files import RefusedRow, error_csv, error_xlsx
from guanxi.imports.files import read_rows, recognise

HEADER = ["name", "phone", "note"]
REFUSED = [
    RefusedRow(3, ["Ann", "+86 138", "=1+1"], "The phone number is too short."),
    RefusedRow(7, ["Bob"], "Row 7 has only 1 of 3 cells."),
    RefusedRow(9, ["Eve", "1", "2", "3"], "Row 9 has 4 cells where 3 belong."),
]


def test_an_error_file_shows_number_reason_and_the_row_as_it_was():
    written = b"".join(error_csv(HEADER, REFUSED)).decode("utf-8-sig")

    assert written.splitlines() == [
        "(!) Row,(!) Why it was refused,name,phone,note",
        "3,The phone number is too short.,Ann,'+86 138,'=1+1",
        "7,Row 7 has only 1 of 3 cells.,Bob",
        "9,Row 9 has 4 cells where 3 belong.,Eve,1,2,3",
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_error_file_is_imported_like_the_original(tmp_path, kind):
    path = _error_file(tmp_path, kind, HEADER, REFUSED)

    found = recognise(path)
    rows = list(read_rows(path, found))

    assert list(found.header) == HEADER
    assert [row.number for row in rows] == [2, 3, 4]
    assert [[cell for cell in row.cells if cell] for row in rows] == [
        list(row.cells) for row in REFUSED
    ]
    assert rows[0].problem is None
    assert rows[2].problem is not None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_refused_again_make_an_error_file_of_the_same_shape(tmp_path, kind):
    first = _error_file(tmp_path, kind, HEADER, REFUSED[:1])
    found = recognise(first)

    again = [RefusedRow(row.number, row.cells, "Still") for row in read_rows(first, found)]
    second = _error_file(tmp_path, kind, list(found.header), again)

    assert recognise(second).header == found.header
    assert [row.cells for row in read_rows(second, found)] == [REFUSED[0].cells]


def test_a_person_may_move_or_remove_the_added_columns(tmp_path):
    path = text_file(tmp_path, "name,(!) Why it was refused,phone\nAnn,Too short,138\n")

    assert recognise(path).header == ("name", "phone")
    assert recognise(path).sample_rows[0].cells == ["Ann", "138"]


def test_an_error_file_of_a_table_without_header_keeps_the_cells(tmp_path):
    path = _error_file(tmp_path, "csv", [], [RefusedRow(1, ["Ann", "138"], "Too short")])

    assert [row.cells for row in read_rows(path, recognise(path))] == [["Ann", "138"]]


def _error_file(folder, kind, header, refused):
    if kind == "csv":
        return text_file(folder, b"".join(error_csv(header, refused)))
    error_xlsx(folder / "errors", header, refused)
    return folder / "errors"
