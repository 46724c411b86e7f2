"""A small table as a file: CSV or XLSX, with texts that act as formulas made harmless."""

import io

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from guanxi.errors import NotFound
from guanxi.exports.files.download import table_file

HEADER = ["Title", "Points"]
ROWS = [("=1+1", 5), ("普通", -3)]


def test_a_csv_file_is_sent_under_its_name() -> None:
    with Flask("test").app_context():
        answer = table_file("months.csv", HEADER, ROWS)

    assert answer.headers["Content-Disposition"] == "attachment; filename=months.csv"
    assert answer.data.decode("utf-8-sig") == "Title,Points\r\n'=1+1,5\r\n普通,-3\r\n"


def test_a_workbook_holds_texts_and_numbers() -> None:
    with Flask("test").app_context():
        answer = table_file("months.xlsx", HEADER, ROWS)

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    assert sheet.to_python() == [HEADER, ["=1+1", 5.0], ["普通", -3.0]]


def test_other_endings_are_not_found() -> None:
    with pytest.raises(NotFound):
        table_file("months.exe", HEADER, ROWS)
