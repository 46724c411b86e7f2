"""``guanxi import`` and ``guanxi imports``."""

import json
import re
from pathlib import Path

import pytest
from tests.imports.conftest import Guanxi, Prepare, rows
from tests.imports.test_pages import workbook

from guanxi.errors import Conflict
from guanxi.imports.files.errors import UnknownChoice
from guanxi.platform import Platform

MANY = "id,name\n" + "".join(f"{n},Customer {n}\n" for n in range(5_000))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text("姓名;邮箱\nAda;ada@example.com\nBo;nowhere\n", "gb18030")
    return file


def test_a_dry_run_says_what_would_happen(platform: Platform, guanxi: Guanxi, people: Path) -> None:
    lines = guanxi("import", people, "--importer", "customers", "--dry-run")

    assert lines == [
        "2 rows: 1 created, 0 changed, 0 unchanged, 1 refused.",
        "  row 3: 邮箱: This is no e-mail address. Write it like name@example.com.",
    ]
    assert rows(platform, "SELECT count(*) FROM customers") == [(0,)]


def test_a_mapping_file_constants_and_undo(
    platform: Platform, guanxi: Guanxi, tmp_path: Path
) -> None:
    file, mapping = tmp_path / "a.csv", tmp_path / "m.json"
    file.write_text("1|Ada|31.12.1985\n", "utf-8")
    columns = {"external_id": "A", "name": "B", "birthday": "C"}
    mapping.write_text(json.dumps({"columns": columns}), "utf-8")
    arguments = ("--importer", "customers", "--mapping", mapping, "--set", "external_source=till")

    lines = guanxi("import", file, *arguments, "--delimiter", "|", "--no-header")

    found = rows(
        platform,
        "SELECT c.display_name, c.birthday::text, i.source, i.value FROM customers c"
        " JOIN customer_identities i ON i.customer_id = c.id",
    )
    assert found == [("Ada", "1985-12-31", "till", "1")]
    undo = re.search(r"guanxi (imports undo \S+)", lines[-1])
    assert undo is not None
    assert guanxi(*undo[1].split()) == ["Taken back: 1 removed, 0 as before."]


def test_a_stopped_import_is_resumed(platform: Platform, guanxi: Guanxi, prepare: Prepare) -> None:
    run = prepare("customers", MANY, external_source="shop")
    asked = iter([False, True])
    run.execute(stopping=lambda: next(asked))

    lines = guanxi("imports", "resume", run.row.id)

    assert any("5000 rows: 5000 created" in line for line in lines)
    assert rows(platform, "SELECT count(*) FROM customers") == [(5_000,)]
    assert rows(platform, "SELECT count(*) FROM customer_identities") == [(5_000,)]


def test_an_import_that_is_taken_back_cannot_be_resumed(guanxi: Guanxi, prepare: Prepare) -> None:
    run = prepare("customers", "name\nAda\n")
    run.execute()
    guanxi("imports", "undo", run.row.id)

    with pytest.raises(Conflict):
        guanxi("imports", "resume", run.row.id)


def test_refused_rows_can_be_written_later(
    platform: Platform, guanxi: Guanxi, people: Path, tmp_path: Path
) -> None:
    guanxi("import", people, "--importer", "customers")
    ((import_id,),) = rows(platform, "SELECT id FROM imports")

    guanxi("imports", "errors", import_id, "-o", tmp_path / "errors.csv")

    assert "nowhere" in (tmp_path / "errors.csv").read_text("utf-8-sig")


def test_a_sheet_that_is_not_there_is_refused(guanxi: Guanxi, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    workbook(file, People=[["name"], ["Ada"]])

    with pytest.raises(UnknownChoice):
        guanxi("import", file, "--importer", "customers", "--sheet", "Animals")


def test_fields_lists_what_the_admin_added(guanxi: Guanxi, add_field: object) -> None:
    add_field("tier", "choice", choices=["Gold"])  # type: ignore[operator]

    lines = guanxi("imports", "fields", "customers")

    assert "custom.tier\tTier / 字段tier" in lines
    assert "owner\tOwner's e-mail / 负责人邮箱" in lines


def test_address_cards_become_customers_with_all_their_numbers(
    platform: Platform, guanxi: Guanxi, tmp_path: Path
) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nN:Lovelace;Ada\nFN:Ada Lovelace\nORG:Engines\n"
        "EMAIL:ada@example.com\nEMAIL:work@example.com\nTEL:+442079460018\nEND:VCARD\n",
        "utf-8",
    )

    guanxi("import", file, "--importer", "customers")
    guanxi("import", file, "--importer", "customers")

    assert rows(platform, "SELECT display_name FROM customers ORDER BY kind DESC") == [
        ("Ada Lovelace",),
        ("Engines",),
    ]
    values = rows(platform, "SELECT value FROM customer_identities ORDER BY value")
    assert values == [("+442079460018",), ("ada@example.com",), ("work@example.com",)]
