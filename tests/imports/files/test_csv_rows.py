"""Rows of a CSV file: how they are numbered, resumed and judged, and what ends the reading."""

import gzip
import resource
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imports.files.made_files import cells_of, packed_file, text_file

from guanxi.imports.files import Recognised, read_batches, read_rows, recognise
from guanxi.imports.files.errors import (
    ArchiveTooLarge,
    BrokenArchive,
    FileProblem,
    LineTooLong,
    NulCharacter,
    TooFewCells,
    TooManyCells,
    TooManyColumns,
    UnterminatedQuote,
    WrongBytes,
)

TWO_COLUMNS = Recognised(kind="csv", encoding="utf-8", header=("a", "b"), header_row=1, width=2)


def test_rows_carry_the_number_that_a_spreadsheet_shows(tmp_path):
    path = text_file(tmp_path, 'name,note\r\nAnn,"two\r\nlines"\r\n\r\n , \r\nBob,x\r\n')

    rows = list(read_rows(path, recognise(path)))

    assert [(row.number, row.cells) for row in rows] == [
        (2, ["Ann", "two\r\nlines"]),
        (5, ["Bob", "x"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(tmp_path, end):
    path = text_file(tmp_path, end.join(["name,city", "Ann,York", "Bob,Hull"]))

    assert cells_of(path) == [["Ann", "York"], ["Bob", "Hull"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_end_on_the_border_of_two_pieces_is_one_line_end(tmp_path, end):
    for filler in range(131_072 - 12, 131_072 + 2):
        path = text_file(tmp_path, "a,b" + end + "x" * (filler - 3) + ",1" + end + "y,2" + end)

        rows = list(read_rows(path, TWO_COLUMNS))

        assert [(row.number, row.cells[1]) for row in rows] == [(2, "1"), (3, "2")]


def test_reading_resumes_after_any_row(tmp_path):
    lines = ["n,note", *(f'{n},"a\nb"' if n % 3 else "" for n in range(2, 4_000))]
    path = text_file(tmp_path, "\n".join(lines))
    found = recognise(path)
    everything = list(read_rows(path, found))

    for done in (0, 1, 2, 3, 1_000, 1_001, 3_998, 9_999):
        rest = list(read_rows(path, found, start_row=done))

        assert rest == [row for row in everything if row.number > done]


def test_batches_hold_the_same_rows(tmp_path):
    path = text_file(tmp_path, "n,m\n" + "".join(f"{n},x\n" for n in range(2_500)))
    found = recognise(path)

    batches = list(read_batches(path, found, size=1_000))

    assert [len(batch) for batch in batches] == [1_000, 1_000, 500]
    assert [row for batch in batches for row in batch] == [
        (row.number, row.cells) for row in read_rows(path, found)
    ]


def test_a_row_that_does_not_fit_is_reported_and_the_others_are_read(tmp_path):
    path = text_file(tmp_path, "name,city\nAnn,York\nBob\nEve,Hull,UK\nJoe,Bath,,\n")

    rows = list(read_rows(path, recognise(path)))

    assert [(row.number, row.cells, type(row.problem)) for row in rows] == [
        (2, ["Ann", "York"], type(None)),
        (3, ["Bob"], TooFewCells),
        (4, ["Eve", "Hull", "UK"], TooManyCells),
        (5, ["Joe", "Bath"], type(None)),
    ]
    assert str(rows[1].problem).startswith("Row 3 has only 1 of 2 cells.")


def test_a_quotation_mark_inside_a_cell_is_a_character(tmp_path):
    path = text_file(tmp_path, 'size,name\n19",Screen\n"21"" wide",TV\n')

    assert cells_of(path) == [['19"', "Screen"], ['21" wide', "TV"]]


def test_the_apostrophe_that_keeps_a_text_from_being_a_formula_is_taken_off(tmp_path):
    path = text_file(tmp_path, "phone,note\n'+86 138 0013 8000,'tis\n1,'=1+1\n2,''=1+1\n")

    assert cells_of(path) == [["+86 138 0013 8000", "'tis"], ["1", "=1+1"], ["2", "'=1+1"]]


@pytest.mark.parametrize("where", [2, 20_000])
def test_a_nul_is_named_by_its_line(tmp_path, where):
    lines = ["a,b"] + ["x,y"] * 30_000
    lines[where - 1] = "x,\0"
    path = text_file(tmp_path, "\n".join(lines))

    with pytest.raises(NulCharacter) as refused:
        list(read_rows(path, TWO_COLUMNS))

    assert refused.value.params == {"line": where}


@pytest.mark.parametrize(
    ("encoding", "wrong"),
    [
        ("utf-8", b"\xed\xa0\x80"),  # half a surrogate pair
        ("utf-8", b"\xff"),
        ("utf-8", b"\xe5\xbc"),  # cut off
        ("gb18030", b"\xff\xff"),
        ("utf-16-le", b"\x00\xd8"),
    ],
)
@pytest.mark.parametrize("where", [2, 30_000])
def test_wrong_bytes_are_named_by_their_line(tmp_path, encoding, wrong, where):
    lines = ["a,b".encode(encoding)] + ["张,y".encode(encoding)] * 40_000
    lines[where - 1] = wrong + ",y".encode(encoding)
    path = text_file(tmp_path, "\n".encode(encoding).join(lines))

    with pytest.raises(WrongBytes) as refused:
        list(read_rows(path, replace(TWO_COLUMNS, encoding=encoding)))

    assert refused.value.params == {"line": where, "encoding": encoding}


@pytest.mark.parametrize("rows_after", [0, 1, 200_000])
def test_a_quotation_that_never_ends_is_named_by_the_line_where_it_opens(tmp_path, rows_after):
    path = text_file(tmp_path, 'a,b\n"x\ny",1\n"open,2\n' + "Smith,York\n" * rows_after)

    with pytest.raises(UnterminatedQuote) as refused:
        list(read_rows(path, TWO_COLUMNS))

    assert refused.value.params == {"line": 4}


def test_a_record_over_endless_lines_is_no_way_around_the_limit(tmp_path):
    path = text_file(tmp_path, 'a,b\n"x' + '","\n' * 600_000)

    with pytest.raises(UnterminatedQuote) as refused:
        list(read_rows(path, TWO_COLUMNS))

    assert refused.value.params == {"line": 2}


def test_more_than_a_thousand_columns_are_refused(tmp_path):
    path = text_file(tmp_path, "a,b\n" + "x," * 1_000 + "x\n")

    with pytest.raises(TooManyColumns) as refused:
        list(read_rows(path, TWO_COLUMNS))

    assert refused.value.params == {"row": 2, "found": 1_001, "limit": 1_000}


def test_a_thousand_columns_are_allowed(tmp_path):
    header = ",".join(f"column {n}" for n in range(1_000))
    path = text_file(tmp_path, header + "\n" + "x," * 999 + "x\n")

    assert len(cells_of(path)[0]) == 1_000


def test_a_cell_of_a_million_characters_is_allowed_and_more_is_not(tmp_path):
    fits = text_file(tmp_path, "a,b\n" + "x" * 1_000_000 + ",y\n")
    assert len(cells_of(fits)[0][0]) == 1_000_000

    too_long = text_file(tmp_path, "a,b\nz,y\n" + "x" * 1_048_577 + ",y\n")
    with pytest.raises(LineTooLong) as refused:
        list(read_rows(too_long, TWO_COLUMNS))
    assert refused.value.params["line"] == 3


@pytest.mark.parametrize("row", [b"x," * 1_000_000, b"x" * 50_000_000, b'"' + b"x\n" * 20_000_000])
def test_memory_stays_bounded_whatever_the_row(tmp_path, row):
    path = text_file(tmp_path, b"a,b\n1,2\n" + row)

    tracemalloc.start()
    with pytest.raises((LineTooLong, TooManyColumns, UnterminatedQuote)):
        list(read_rows(path, TWO_COLUMNS))
    with pytest.raises((LineTooLong, TooManyColumns, UnterminatedQuote)):
        recognise(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 64 * 1024 * 1024


def test_memory_does_not_grow_with_the_file(tmp_path):
    row = ",".join(["some text of usual length"] * 10) + "\n"
    path = text_file(tmp_path, ",".join("abcdefghij") + "\n" + row * 100_000)
    found = recognise(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    rows = sum(len(batch) for batch in read_batches(path, found))

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert rows == 100_000
    assert grown < 16 * 1024 * 1024 < path.stat().st_size


def test_a_gz_file_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path):
    path = packed_file(tmp_path, b"a,b\n" + (b"x" * 1_000 + b",y\n") * 20_000)

    with pytest.raises(ArchiveTooLarge):
        list(read_rows(path, TWO_COLUMNS))


@pytest.mark.parametrize("damage", ["cut off", "changed", "not packed"])
def test_a_damaged_gz_file_is_refused(tmp_path, damage):
    packed = bytearray(gzip.compress(b"a,b\n" + b"".join(b"%d,y\n" % n for n in range(50_000))))
    if damage == "cut off":
        del packed[-100:]
    elif damage == "changed":
        packed[len(packed) // 2] ^= 0xFF
    else:
        packed[2:] = b"nonsense" * 100
    path = text_file(tmp_path, bytes(packed))

    with pytest.raises(BrokenArchive):
        list(read_rows(path, TWO_COLUMNS))


@settings(deadline=None)
@given(content=st.binary(max_size=2_000))
def test_any_bytes_give_rows_or_a_sentence(content, tmp_path_factory):
    path = text_file(tmp_path_factory.getbasetemp(), content)

    assert _rows_or_sentence(path)


@settings(deadline=None)
@given(text=st.text(alphabet=",;\t|\"'\r\n =ab\0\ud800é张", max_size=200))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_any_text_gives_rows_or_a_sentence(encoding, text, tmp_path_factory):
    content = text.encode(encoding, "surrogatepass" if encoding != "gb18030" else "replace")
    path = text_file(tmp_path_factory.getbasetemp(), content)

    assert _rows_or_sentence(path)


def _rows_or_sentence(path):
    """Read the file as a user would; anything but a FileProblem is a defect and comes through."""
    try:
        return list(read_rows(path, recognise(path)))
    except FileProblem as problem:
        return str(problem)
