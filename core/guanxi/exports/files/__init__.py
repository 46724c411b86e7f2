"""Exported files, without a database: CSV and XLSX writers, and the error file of an import."""

from guanxi.exports.files.cells import Cell
from guanxi.exports.files.csv_stream import csv_stream
from guanxi.exports.files.error_file import RefusedRow, error_csv, error_xlsx
from guanxi.exports.files.formulas import neutralise
from guanxi.exports.files.xlsx_file import CellTooLong, xlsx_file

__all__ = [
    "Cell",
    "CellTooLong",
    "RefusedRow",
    "csv_stream",
    "error_csv",
    "error_xlsx",
    "neutralise",
    "xlsx_file",
]
