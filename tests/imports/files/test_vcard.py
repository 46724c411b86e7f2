"""Address cards of all three versions become rows; damage never does more than lose a card."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.imports.files.errors import EmptyFile
from guanxi.imports.files.vcard import HEADER, as_table

THREE = """BEGIN:VCARD
VERSION:3.0
N:Lovelace;Ada;King;;
FN:Ada Lovelace
ORG:Analytical Engines\\, Ltd;Programs
TITLE:Programmer
EMAIL;TYPE=WORK:work@example.com
EMAIL;TYPE=PREF:ada@example.com
TEL;TYPE=CELL:+44 20 7946 0018
TEL:+44 20 7946 0000
BDAY:1985-12-10
ADR;TYPE=HOME:;;12 St James's Square;London;;SW1Y;UK
CATEGORIES:vip,early
NOTE:First line\\nsecond line
  continued
END:VCARD
"""
TWO = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    "=E5=BC=A0;=E4=B8=\r\n=89;;;\r\nTEL;CELL:13812345678\r\nBDAY:19900228\r\nEND:VCARD\r\n"
)
FOUR = (
    "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Acme\nitem1.EMAIL:hello@acme.example\n"
    "TEL;VALUE=uri:tel:+1-555-0100\nBDAY:--0415\nUID:urn:uuid:1\nEND:VCARD\n"
)


def rows(folder: Path, content: bytes) -> list[dict[str, str]]:
    file = folder / "cards.vcf"
    file.write_bytes(content)
    with as_table(file) as table, table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def filled(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


def test_a_card_becomes_a_row_for_each_further_address_and_number(tmp_path: Path) -> None:
    found = rows(tmp_path, THREE.encode())

    assert filled(found[0]) == {
        "Kind": "person",
        "Family name": "Lovelace",
        "Given name": "Ada King",
        "E-mail": "ada@example.com",
        "Phone": "+44 20 7946 0018",
        "Organisation's name": "Analytical Engines, Ltd",
        "Role in the organisation": "Programmer",
        "Birthday": "1985-12-10",
        "Street": "12 St James's Square",
        "City": "London",
        "Postcode": "SW1Y",
        "Country": "UK",
        "Tags": "vip,early",
        "Note": "First line\nsecond line continued",
    }
    assert [(row["E-mail"], row["Phone"]) for row in found[1:]] == [
        ("work@example.com", "+44 20 7946 0018"),
        ("ada@example.com", "+44 20 7946 0000"),
    ]


def test_quoted_printable_of_version_2_is_read(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, TWO.encode())

    assert filled(row) == {
        "Kind": "person",
        "Family name": "张",
        "Given name": "三",
        "Phone": "13812345678",
        "Birthday": "1990-02-28",
    }


def test_an_organisation_and_a_birthday_without_year(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, FOUR.encode())

    assert filled(row) == {
        "Kind": "organisation",
        "Full name": "Acme",
        "E-mail": "hello@acme.example",
        "Phone": "+1-555-0100",
        "UID": "urn:uuid:1",
    }


def test_cards_in_gb18030_are_read(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "BEGIN:VCARD\nFN:李娜\nN:李;娜\nEND:VCARD\n".encode("gb18030"))

    assert (row["Family name"], row["Given name"]) == ("李", "娜")


def test_an_encoding_that_is_no_name_is_guessed(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "BEGIN:VCARD\nN;CHARSET=\0TF-8:李;娜\nEND:VCARD\n".encode())

    assert (row["Family name"], row["Given name"]) == ("李", "娜")


def test_a_file_without_a_complete_card_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        rows(tmp_path, b"BEGIN:VCARD\nFN:Ada\n")


def test_other_files_are_left_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name\nAda\n", "utf-8")

    with as_table(file) as table:
        assert table == file


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_damage_gives_whole_rows_or_a_sentence(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray((THREE + TWO + FOUR).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(12, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = rows(tmp_path_factory.getbasetemp(), bytes(content))
    except EmptyFile:
        return
    assert all(tuple(row) == HEADER for row in found)
