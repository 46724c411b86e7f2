"""What is read from an XLSX workbook, and how its values become text."""

from datetime import date, datetime, time, timedelta

import psutil
import pytest
from tests.imports.files.made_files import cells_of, made_workbook, with_sheet, workbook

from guanxi.imports.files import Choices, read_rows, recognise
from guanxi.imports.files.errors import EmptyFile, HeaderOnly, TooManyCells, UnknownChoice

PEOPLE = [["name", "city"], ["张伟", "北京"], ["Ann", "York"]]


def test_a_workbook_is_recognised_whatever_it_is_called(tmp_path):
    found = recognise(workbook(tmp_path, PEOPLE, name="customers.csv"))

    assert (found.kind, found.sheets, found.sheet) == ("xlsx", ("Sheet1",), "Sheet1")
    assert (found.header, found.header_row, found.width) == (("name", "city"), 1, 2)
    assert [row.cells for row in found.sample_rows] == [["张伟", "北京"], ["Ann", "York"]]


def test_the_folder_and_the_sheet_may_have_any_name(tmp_path):
    folder = tmp_path / "导入 ü'\""
    folder.mkdir()

    def fill(book):
        sheet = book.add_worksheet("客户 'x' 1")
        for index, row in enumerate(PEOPLE):
            sheet.write_row(index, 0, row)

    found = recognise(made_workbook(folder, fill), Choices(sheet="客户 'x' 1"))

    assert found.sample_rows[0].cells == ["张伟", "北京"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (17850.0, "17850"),
        (0.1 + 0.2, "0.3"),
        (2.55, "2.55"),
        (-3.5, "-3.5"),
        (1e-7, "0.0000001"),
        (999_999_999_999_999, "999999999999999"),
        (1e20, "100000000000000000000"),
        (0, "0"),
    ],
)
def test_numbers_are_plain_decimals_as_excel_shows_them(tmp_path, number, text):
    assert cells_of(workbook(tmp_path, [["name", "n"], ["x", number]])) == [["x", text]]


def test_dates_and_times_are_iso_text(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["day", "instant", "time", "duration"])
        for column, (value, form) in enumerate(
            [
                (date(2010, 12, 1), "yyyy-mm-dd"),
                (datetime.fromisoformat("2010-12-01 08:26"), "d/m/yy h:mm"),
                (time(8, 26), "h:mm"),
                (timedelta(hours=30, minutes=5), "[h]:mm:ss"),
            ]
        ):
            sheet.write_datetime(1, column, value, book.add_format({"num_format": form}))

    assert cells_of(made_workbook(tmp_path, fill)) == [
        ["2010-12-01", "2010-12-01 08:26:00", "08:26:00", "30:05:00"]
    ]


def test_every_minute_of_a_day_survives_as_a_day_number(tmp_path):
    minutes = [datetime.fromisoformat("2011-12-09") + timedelta(minutes=n) for n in range(1, 1_440)]

    def fill(book):
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["name", "when"])
        for row, minute in enumerate(minutes, 1):
            sheet.write_string(row, 0, "x")
            sheet.write_datetime(row, 1, minute, form)

    cells = cells_of(made_workbook(tmp_path, fill))

    assert [instant for _, instant in cells] == [str(minute) for minute in minutes]


def test_a_formula_gives_its_value_and_an_error_gives_nothing(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["text", "number", "error", "truth"])
        sheet.write_formula(1, 0, '="a"&"b"', None, "ab")
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
        sheet.write_formula(1, 3, "=1=1", None, True)

    assert cells_of(made_workbook(tmp_path, fill)) == [["ab", "2", "", "TRUE"]]


def test_text_stays_text(tmp_path):
    texts = ["00123", "=1+1", "'=1+1", " x ", "line\nbreak", "tab\tx", "_x000D_", "<&>\"'", "1.0"]

    assert cells_of(_texts(tmp_path, texts)) == [["x", text] for text in texts]


def test_rows_carry_the_number_that_excel_shows(tmp_path):
    rows = [[], ["Customers"], ["name", "city"], [], ["Ann", "York"], ["", ""], ["Bob", "Hull"]]
    path = workbook(tmp_path, rows)

    found = recognise(path)

    assert (found.header, found.header_row) == (("name", "city"), 3)
    assert [(row.number, row.cells) for row in read_rows(path, found)] == [
        (5, ["Ann", "York"]),
        (7, ["Bob", "Hull"]),
    ]


def test_reading_resumes_after_any_row(tmp_path):
    path = workbook(tmp_path, [["n", "m"], *([n, "x"] for n in range(2, 3_000))])
    found = recognise(path)
    everything = list(read_rows(path, found))

    for done in (1, 2, 1_001, 2_999):
        rest = list(read_rows(path, found, start_row=done))

        assert rest == [row for row in everything if row.number > done]


def test_only_sheets_that_one_sees_are_offered_and_the_first_with_cells_is_taken(tmp_path):
    def fill(book):
        book.add_worksheet("Empty")
        book.add_worksheet("Secret").hide()
        for name in ("People", "Shops"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["name", name])
            sheet.write_row(1, 0, ["x", 1])
        book.add_chartsheet("Chart").set_chart(_chart(book))

    path = made_workbook(tmp_path, fill)

    found = recognise(path)
    assert (found.sheets, found.sheet) == (("Empty", "People", "Shops"), "People")
    assert recognise(path, Choices(sheet="Shops")).header == ("name", "Shops")
    with pytest.raises(UnknownChoice) as refused:
        recognise(path, Choices(sheet="Secret"))
    assert refused.value.params == {"sheets": "Empty, People, Shops"}


def test_a_cell_right_of_the_table_is_a_problem_of_its_row(tmp_path):
    path = workbook(tmp_path, [*PEOPLE, ["Bob", "Hull", "", "stray"], ["Eve", "Bath"]])

    found = recognise(path, Choices(has_header=True))

    assert found.header == ("name", "city")
    assert [type(row.problem) for row in read_rows(path, found)] == [
        type(None),
        type(None),
        TooManyCells,
        type(None),
    ]


def test_a_formatted_but_empty_area_does_not_count(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "city"])
        sheet.write_row(1, 0, ["Ann", "York"])
        for row in range(200):
            sheet.write_blank(row, 2_000, None, book.add_format({"bold": True}))

    path = made_workbook(tmp_path, fill)

    assert recognise(path).width == 2
    assert cells_of(path) == [["Ann", "York"]]


def test_a_workbook_without_cells_is_empty(tmp_path):
    with pytest.raises(EmptyFile):
        recognise(workbook(tmp_path, []))


def test_a_workbook_with_column_names_only_is_refused(tmp_path):
    with pytest.raises(HeaderOnly):
        recognise(workbook(tmp_path, [["name", "city"]]))


def test_what_was_recognised_can_be_stored_and_read_the_same_way(tmp_path):
    path = workbook(tmp_path, PEOPLE)
    found = recognise(path)

    assert recognise(path, Choices.from_dict(found.choices().as_dict())) == found


def test_reading_may_stop_at_any_row_without_leaving_a_process(tmp_path):
    path = workbook(tmp_path, [["n", "m"], *([n, "x" * 500] for n in range(5_000))])
    found = recognise(path)

    rows = read_rows(path, found)
    assert next(rows).number == 2
    rows.close()

    assert _children() == []


def test_half_a_surrogate_pair_in_a_workbook_does_no_harm(tmp_path):
    cell = '<c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c>'
    path = with_sheet(
        tmp_path,
        f'<row r="1">{cell.format(1, "name")}</row><row r="2">{cell.format(2, "a_xD800_b")}</row>',
    )

    (cells,) = cells_of(path, recognise(path, Choices(has_header=True)))

    assert cells[0].encode("utf-8")


def _texts(folder, texts):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "text"])
        for row, text in enumerate(texts, 1):
            sheet.write_string(row, 0, "x")
            sheet.write_string(row, 1, text)

    return made_workbook(folder, fill)


def _chart(book):
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=People!$B$2:$B$2"})
    return chart


def _children():
    return [
        child for child in psutil.Process().children() if "workbook_child" in str(child.cmdline())
    ]
