"""Uploaded files, without a database: what a file is, its rows, and the value of each cell.

:func:`recognise` says how to read a file, :func:`read_rows` and :func:`read_batches` read it,
and ``values`` understands single cells. What is wrong with a file stands in ``errors``.
"""

from guanxi.imports.files.recognise import recognise
from guanxi.imports.files.recognised import Batch, Choices, Recognised, Row
from guanxi.imports.files.rows import read_batches, read_rows, width_problem

__all__ = [
    "Batch",
    "Choices",
    "Recognised",
    "Row",
    "read_batches",
    "read_rows",
    "recognise",
    "width_problem",
]
