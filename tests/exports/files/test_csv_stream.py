"""Exported CSV: its bytes, and that our own importer reads back what was written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imports.files.made_files import cells_of, text_file

from guanxi.exports.files import csv_stream
from guanxi.imports.files import Choices, recognise

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NASTY = st.text(alphabet="=+-@|%'\",;\t\r\n 1a张＝", max_size=8)


def test_a_file_for_spreadsheets_has_a_mark_crlf_and_no_formula():
    rows = [["张伟", "+86 138 0013 8000"], ["a,b", 'say "x"'], ["=1+1", None]]

    written = b"".join(csv_stream(["name", "=note"], rows))

    assert (
        written
        == (
            '\ufeffname,\'=note\r\n张伟,\'+86 138 0013 8000\r\n"a,b","say ""x"""\r\n\'=1+1,\r\n'
        ).encode()
    )


def test_the_mark_can_be_left_out():
    assert b"".join(csv_stream(["a"], [["b"]], bom=False)) == b"a\r\nb\r\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (-5, "-5"),
        (1e-7, "0.0000001"),
        (0.1, "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-12.5000"), "-12.5000"),
        (True, "TRUE"),
        (None, ""),
        (date(2010, 12, 1), "2010-12-01"),
        (datetime(2010, 12, 1, 8, 26, tzinfo=UTC), "2010-12-01 08:26:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_values_read_as_the_importer_expects(cell, text):
    assert b"".join(csv_stream("xy", [[cell, 1]], bom=False)) == f"x,y\r\n{text},1\r\n".encode()


def test_an_endless_export_gives_its_first_piece_at_once():
    pieces = csv_stream(["n"], ([n] for n in count()))

    assert next(pieces) == b"\xef\xbb\xbfn\r\n"
    assert 65_536 <= len(next(pieces)) < 70_000


@settings(deadline=None)
@given(rows=st.lists(st.tuples(NASTY | TEXT, NASTY | TEXT), max_size=10))
def test_every_text_comes_back_through_the_importer(rows, tmp_path_factory):
    rows = [["x", *row] for row in [("y", "z"), *rows]]
    written = b"".join(csv_stream(["first", "second", "third"], rows))
    path = text_file(tmp_path_factory.getbasetemp(), written)

    found = recognise(path, Choices(delimiter=",", has_header=True))

    assert found.encoding == "utf-8"
    assert cells_of(path, found) == rows
