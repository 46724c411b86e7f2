"""Workbooks that are broken or were made to do harm: each gives a sentence, and memory is safe."""

import io
import resource
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imports.files.made_files import sheet_xml, text_file, with_member, with_sheet, workbook

from guanxi.imports.files import limits, read_rows, recognise
from guanxi.imports.files.errors import (
    ArchiveTooLarge,
    BrokenArchive,
    EmptyFile,
    EncryptedWorkbook,
    FileProblem,
    LineTooLong,
    NotATable,
    NulCharacter,
    TooManyColumns,
    UnreadableWorkbook,
    UnsafeWorkbook,
    WorkbookTooLarge,
)

ROWS = [["name", "city"], ["Ann", "York"]]
TEXT = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'


@pytest.fixture(autouse=True)
def _memory_of_this_process_stays_bounded():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 < 128 * 1024 * 1024


@pytest.mark.parametrize("kept", [4, 30, 300, 3_000, -1, -30])
def test_a_cut_off_workbook_is_broken(tmp_path, kept):
    path = text_file(tmp_path, workbook(tmp_path, ROWS).read_bytes()[:kept])

    with pytest.raises(BrokenArchive):
        recognise(path)


def test_a_changed_byte_is_noticed_by_the_checksum(tmp_path):
    path = workbook(tmp_path, ROWS)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content = bytearray(path.read_bytes())
    content[start + 100] ^= 0xFF

    with pytest.raises(BrokenArchive):
        recognise(text_file(tmp_path, bytes(content)))


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "xl/workbook.xml"])
def test_an_archive_without_the_parts_of_a_workbook_is_none(tmp_path, missing):
    path = workbook(tmp_path, ROWS)
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            if member.filename != missing:
                new.writestr(member, old.read(member))

    with pytest.raises(NotATable):
        recognise(text_file(tmp_path, buffer.getvalue()))


def test_encrypted_members_are_refused(tmp_path):
    content = bytearray(workbook(tmp_path, ROWS).read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1

    with pytest.raises(EncryptedWorkbook):
        recognise(text_file(tmp_path, bytes(content)))


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    bomb = with_member(workbook(tmp_path, ROWS), "xl/bomb.xml", b" " * 20_000_000)

    with pytest.raises(ArchiveTooLarge):
        recognise(bomb)


def test_many_small_bombs_are_refused_by_their_sum(tmp_path):
    path = workbook(tmp_path, ROWS)
    noise = bytes(n * 7 % 251 for n in range(70_000)) * 15
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        for n in range(201):
            archive.writestr(f"xl/media/{n}.bin", noise)

    with pytest.raises(ArchiveTooLarge):
        recognise(path)


def test_more_members_than_any_workbook_has_are_refused(tmp_path):
    path = workbook(tmp_path, ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        for n in range(2_001):
            archive.writestr(f"xl/{n}", "")

    with pytest.raises(ArchiveTooLarge):
        recognise(path)


def test_a_directory_that_lies_about_sizes_is_broken(tmp_path):
    path = with_member(workbook(tmp_path, ROWS), "xl/bomb.xml", b" " * 5_000_000)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"xl/bomb.xml") - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    content[entry + 24 : entry + 28] = struct.pack("<L", 1_000)

    with pytest.raises(BrokenArchive):
        recognise(text_file(tmp_path, bytes(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("filler", ["", "<!-- " + "x" * 131_050 + " -->"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!ENTITY a "&b;&b;&b;&b;">',
    ],
)
def test_entities_are_refused_however_they_are_written(tmp_path, declaration, filler, encoding):
    plain = sheet_xml('<row r="1"><c r="A1"><v>&e;</v></c></row>').decode()
    head, body = plain.split("<worksheet", 1)
    hostile = (head + filler + declaration + "<worksheet" + body).encode(encoding)
    path = with_member(workbook(tmp_path, ROWS), "xl/worksheets/sheet1.xml", hostile)

    with pytest.raises(UnsafeWorkbook):
        recognise(path)


def test_the_word_doctype_in_a_cell_is_no_entity(tmp_path):
    path = workbook(tmp_path, [["name", "note"], ["Ann", "<!DOCTYPE html> & <!ENTITY>"]])

    assert recognise(path).sample_rows[0].cells == ["Ann", "<!DOCTYPE html> & <!ENTITY>"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path):
    path = workbook(tmp_path, ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml(""))

    with pytest.raises(UnsafeWorkbook):
        recognise(path)


def test_one_cell_far_away_does_not_take_the_memory_of_all_between(tmp_path):
    rows = "".join(
        f'<row r="{row}">{TEXT.format(f"{column}{row}", "x")}</row>'
        for row, column in ((1, "A"), (1_048_576, "XFD"))
    )

    with pytest.raises((WorkbookTooLarge, TooManyColumns)):
        recognise(with_sheet(tmp_path, rows))


def test_more_than_a_thousand_columns_are_refused(tmp_path):
    path = workbook(tmp_path, [[f"column {n}" for n in range(1_001)], [1] * 1_001])

    with pytest.raises(TooManyColumns) as refused:
        recognise(path)

    assert refused.value.params == {"sheet": "Sheet1", "found": 1_001, "limit": 1_000}


def test_a_row_of_more_than_a_million_characters_is_refused(tmp_path):
    path = workbook(tmp_path, [[f"c{n}" for n in range(40)], ["x" * 32_000] * 40])

    with pytest.raises(LineTooLong) as refused:
        recognise(path)

    assert refused.value.params["row"] == 2


def test_one_long_text_in_countless_cells_does_not_fill_the_memory(tmp_path):
    path = with_member(
        workbook(tmp_path, [["shared"]]),
        "xl/sharedStrings.xml",
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"abcdefghij" * 3_000
        + b"</t></si></sst>",
    )
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60_000))
    path = with_member(path, "xl/worksheets/sheet1.xml", sheet_xml(cells))

    with pytest.raises(WorkbookTooLarge):
        list(read_rows(path, recognise(path)))


def test_a_nul_in_a_workbook_is_named_by_its_row(tmp_path):
    rows = "".join(
        f'<row r="{n}">{TEXT.format(f"A{n}", text)}</row>'
        for n, text in enumerate(["name", "Ann", "a_x0000_b"], 1)
    )

    with pytest.raises(NulCharacter) as refused:
        recognise(with_sheet(tmp_path, rows))

    assert refused.value.params == {"row": 3}


@pytest.mark.parametrize("content", [b"", b"nonsense", b"<workbook>", b"<a/>" * 10])
def test_a_workbook_of_nonsense_is_refused(tmp_path, content):
    path = with_member(workbook(tmp_path, ROWS), "xl/workbook.xml", content)

    with pytest.raises((UnreadableWorkbook, EmptyFile)):
        recognise(path)


def test_a_sheet_of_nonsense_is_unreadable(tmp_path):
    path = with_member(workbook(tmp_path, ROWS), "xl/worksheets/sheet1.xml", b"<worksheet><")

    with pytest.raises(UnreadableWorkbook):
        recognise(path)


def test_a_reader_that_needs_too_long_is_ended(tmp_path, monkeypatch):
    path = workbook(tmp_path, [["n", "m"], *([n, n] for n in range(2_000))])
    monkeypatch.setattr(limits, "CHILD_LOAD_SECONDS", 0.001)

    with pytest.raises(WorkbookTooLarge):
        recognise(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One workbook for all examples; another would have another time and length."""
    return workbook(tmp_path_factory.mktemp("whole"), ROWS, name="whole").read_bytes()


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_any_damage_gives_rows_or_a_sentence(data, whole, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    with suppress(FileProblem):
        recognise(text_file(folder, bytes(content)))
