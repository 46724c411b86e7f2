"""What a CSV file is, told from its content."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imports.files.made_files import cells_of, packed_file, text_file

from guanxi.imports.files import Choices, recognise
from guanxi.imports.files.errors import (
    DuplicateColumns,
    EmptyFile,
    HeaderOnly,
    UnknownChoice,
    WrongBytes,
)

CHINESE = "姓名,城市,金额\r\n张伟,北京,12.50\r\n李娜,上海,7.00\r\n"
GERMAN = "Name;Straße;Preis\r\nJürgen Müller;Königsallee 1;12,50\r\nRené;Große Straße;7,00\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16"])
def test_chinese_text_is_read_in_each_encoding_that_chinese_systems_write(tmp_path, encoding):
    path = text_file(tmp_path, CHINESE, encoding)

    found = recognise(path)

    assert found.header == ("姓名", "城市", "金额")
    assert cells_of(path, found) == [["张伟", "北京", "12.50"], ["李娜", "上海", "7.00"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16_is_recognised_in_both_orders_with_and_without_mark(tmp_path, encoding, mark):
    path = text_file(tmp_path, mark + CHINESE, encoding)

    found = recognise(path)

    assert found.encoding == ("utf-16" if mark else encoding)
    assert found.header == ("姓名", "城市", "金额")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_western_text_is_not_taken_for_chinese(tmp_path, encoding):
    path = text_file(tmp_path, GERMAN, encoding)

    found = recognise(path)

    assert (found.encoding, found.delimiter) == (encoding, ";")
    assert cells_of(path, found)[0] == ["Jürgen Müller", "Königsallee 1", "12,50"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp1252"])
def test_the_first_foreign_letter_may_stand_far_down(tmp_path, encoding):
    last = "Müller,Köln" if encoding == "cp1252" else "张伟,北京"
    path = text_file(tmp_path, "name,city\n" + "Smith,London\n" * 60_000 + last, encoding)

    found = recognise(path)

    assert found.encoding == encoding
    assert cells_of(path, found)[-1] == last.split(",")


def test_a_character_cut_by_the_end_of_the_sample_does_not_disturb(tmp_path):
    for shift in range(4):
        path = text_file(tmp_path, "a" * shift + "name,city\n" + "张伟𠮷,北京\n" * 30_000)

        assert recognise(path).encoding == "utf-8"


def test_one_damaged_byte_does_not_turn_utf_8_into_another_encoding(tmp_path):
    content = CHINESE.encode() + "王芳,广州,".encode()[:-2] + b",1\r\n" + CHINESE.encode() * 20
    path = text_file(tmp_path, content)

    with pytest.raises(WrongBytes) as refused:
        recognise(path)

    assert refused.value.params == {"line": 4, "encoding": "utf-8"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_usual_delimiter_is_recognised(tmp_path, delimiter):
    lines = [["name", "note", "price"], ["Ann", "a, b; c | d", "1,5"], ["Bob", "e", "2,5"]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    path = text_file(tmp_path, text)

    found = recognise(path)

    assert found.delimiter == delimiter
    assert cells_of(path, found) == lines[1:]


def test_decimal_commas_are_no_delimiters_even_without_header(tmp_path):
    path = text_file(tmp_path, "1,5;2,5;3,5\n4,5;5,5;6,5\n")

    found = recognise(path)

    assert (found.delimiter, found.has_header) == (";", False)
    assert found.sample_rows[0].cells == ["1,5", "2,5", "3,5"]


def test_a_separator_line_of_excel_decides_and_is_not_a_row(tmp_path):
    path = text_file(tmp_path, "sep=^\r\nname^city\r\nAnn^York, Leeds\r\n")

    found = recognise(path)

    assert (found.delimiter, found.header, found.header_row) == ("^", ("name", "city"), 1)
    assert [(row.number, row.cells) for row in found.sample_rows] == [(2, ["Ann", "York, Leeds"])]


def test_apostrophes_around_every_cell_are_quotation_marks(tmp_path):
    path = text_file(tmp_path, "'name','city'\n'Ann','York, Leeds'\n'O''Neil','Cork'\n")

    assert cells_of(path) == [["Ann", "York, Leeds"], ["O'Neil", "Cork"]]


def test_a_single_column_is_a_table_too(tmp_path):
    path = text_file(tmp_path, "e-mail\nann@example.org\nbob@example.org\n")

    assert recognise(path).header == ("e-mail",)
    assert cells_of(path) == [["ann@example.org"], ["bob@example.org"]]


def test_a_packed_csv_is_read_like_a_plain_one(tmp_path):
    path = packed_file(tmp_path, CHINESE.encode("gb18030"))

    assert cells_of(path) == [["张伟", "北京", "12.50"], ["李娜", "上海", "7.00"]]


@pytest.mark.parametrize(
    ("first", "is_header"),
    [
        ("name,city,age", True),
        ("姓名,城市,年龄", True),
        ("Ann,York,31", False),
        ("ann@example.org,York,x", False),
        ("Ann,York,2010-12-01 08:26:00", False),
        ("张伟,北京,2011年3月5日", False),
    ],
)
def test_a_first_row_of_names_is_the_header(tmp_path, first, is_header):
    path = text_file(tmp_path, f"{first}\nBob,Leeds,42\nEve,Hull,23\n")

    assert recognise(path).has_header == is_header


def test_without_header_every_row_counts(tmp_path):
    path = text_file(tmp_path, "Ann,York,31\nBob,Leeds,42\n")

    found = recognise(path)

    assert (found.header, found.header_row, found.width) == (("A", "B", "C"), 0, 3)
    assert cells_of(path, found) == [["Ann", "York", "31"], ["Bob", "Leeds", "42"]]


def test_a_person_decides_on_the_header(tmp_path):
    path = text_file(tmp_path, "Ann,York\nBob,Leeds\n")

    assert cells_of(path, recognise(path)) == [["Bob", "Leeds"]]
    assert cells_of(path, recognise(path, Choices(has_header=False))) == [
        ["Ann", "York"],
        ["Bob", "Leeds"],
    ]


def test_a_title_above_the_table_is_passed_over(tmp_path):
    path = text_file(tmp_path, "Customers of 2011,,\n,,\nname,city,age\nAnn,York,31\nBob,Hull,2\n")

    found = recognise(path)

    assert (found.header, found.header_row) == (("name", "city", "age"), 3)
    assert [row.number for row in found.sample_rows] == [4, 5]


def test_empty_columns_at_the_end_are_not_there(tmp_path):
    path = text_file(tmp_path, "name,city,,\nAnn,York,,\nBob,Hull,,\n")

    found = recognise(path)

    assert (found.header, found.width) == (("name", "city"), 2)
    assert cells_of(path, found) == [["Ann", "York"], ["Bob", "Hull"]]


def test_a_column_without_name_but_with_content_stays(tmp_path):
    path = text_file(tmp_path, "name,,city,\nAnn,x,York,y\nBob,,Hull,\n")

    assert recognise(path).header == ("name", "", "city", "")


def test_two_columns_of_one_name_are_refused_by_position(tmp_path):
    path = text_file(tmp_path, "Phone,name,phone \n1,Ann,2\n")

    with pytest.raises(DuplicateColumns) as refused:
        recognise(path, Choices(has_header=True))

    assert refused.value.params == {"first": 1, "second": 3, "name": "phone"}


def test_repeated_names_over_a_column_of_values_are_a_header_all_the_same(tmp_path):
    with pytest.raises(DuplicateColumns):
        recognise(text_file(tmp_path, "Name,phone,phone\nAnn,030 123,\nBob,,0171 42\n"))


def test_repeated_words_over_words_are_no_header(tmp_path):
    path = text_file(tmp_path, "York,York\nLeeds,Hull\n")

    assert cells_of(path) == [["York", "York"], ["Leeds", "Hull"]]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \r\n,,\r\n", b"\xff\xfe"])
def test_a_file_without_any_text_is_empty(tmp_path, content):
    with pytest.raises(EmptyFile):
        recognise(text_file(tmp_path, content))


def test_column_names_alone_are_not_enough(tmp_path):
    with pytest.raises(HeaderOnly):
        recognise(text_file(tmp_path, "name,city\n\n\n"))


def test_one_row_of_values_is_a_table_without_header(tmp_path):
    assert cells_of(text_file(tmp_path, "Ann,31")) == [["Ann", "31"]]


@pytest.mark.parametrize(
    "choices",
    [Choices(encoding="rot13"), Choices(encoding="utf-7"), Choices(delimiter="::"),
     Choices(quotechar="\n")],
)  # fmt: skip
def test_a_choice_that_does_not_exist_is_refused(tmp_path, choices):
    with pytest.raises(UnknownChoice):
        recognise(text_file(tmp_path, CHINESE), choices)


def test_what_was_recognised_can_be_stored_and_read_the_same_way(tmp_path):
    path = text_file(tmp_path, GERMAN, "cp1252")
    found = recognise(path)

    stored = found.choices().as_dict()

    assert recognise(path, Choices.from_dict(stored)) == found


_NAMES = st.text(st.characters(codec="gb2312", categories=("Lo",)), min_size=2, max_size=8)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=20))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_chinese_names_come_back_from_any_encoding(encoding, rows, tmp_path_factory):
    lines = ["姓名,城市", *(f"{name},{city}" for name, city in rows)]
    path = text_file(_folder(tmp_path_factory), "\r\n".join(lines) + "\r\n", encoding)

    found = recognise(path, Choices(has_header=True, delimiter=","))

    assert cells_of(path, found) == [list(row) for row in rows]


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp()
