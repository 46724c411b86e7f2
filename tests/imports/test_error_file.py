"""The error file goes round: refused rows come back with reasons, corrected ones go in alone."""

import csv
import io
from pathlib import Path

from tests.imports.conftest import Guanxi, rows
from tests.touchpoints.conftest import Browser

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient

PEOPLE = """Name,E-Mail,Town,Born
Ada,ada@example.com,=London,1985-12-10
Bo,no address,"Malmö, S",1990-01-01
Cy,cy@example.com,Rome,31 February
"""
COLUMNS = ("--column", "city=Town", "--column", "birthday=Born")


def refused(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def test_corrected_rows_are_imported_alone_with_the_same_mapping(
    platform: Platform, guanxi: Guanxi, tmp_path: Path
) -> None:
    source, errors = tmp_path / "people.csv", tmp_path / "errors.csv"
    source.write_text(PEOPLE, "utf-8")
    guanxi("import", source, "--importer", "customers", *COLUMNS, "--errors", errors)
    header, bo, cy = refused(errors)
    assert header == ["(!) Row", "(!) Why it was refused", "Name", "E-Mail", "Town", "Born"]
    assert bo[:2] == ["3", "E-Mail: This is no e-mail address. Write it like name@example.com."]
    assert cy[1].startswith("Born: “31 February” is not a date that can be read.")

    fixed = errors.read_text("utf-8-sig").replace("no address", "bo@example.com")
    errors.write_text(fixed.replace("31 February", "28 February 1990"), "utf-8")
    lines = guanxi("import", errors, "--importer", "customers")

    assert any("2 rows: 2 created, 0 changed, 0 unchanged, 0 refused." in one for one in lines)
    found = rows(platform, "SELECT display_name, city, birthday::text FROM customers ORDER BY 1")
    assert found == [
        ("Ada", "=London", "1985-12-10"),
        ("Bo", "Malmö, S", "1990-01-01"),
        ("Cy", "Rome", "1990-02-28"),
    ]


def test_the_reason_is_in_the_language_of_the_reader(
    platform: Platform, guanxi: Guanxi, api: ApiClient, browser: Browser, tmp_path: Path
) -> None:
    source = tmp_path / "people.csv"
    source.write_text(PEOPLE, "utf-8")
    guanxi("import", source, "--importer", "customers")
    ((import_id,),) = rows(platform, "SELECT id FROM imports")

    english = api.get(f"/imports/{import_id}/errors.csv").text
    with platform.database.autocommit.connect() as connection:
        connection.exec_driver_sql("UPDATE users SET language = 'zh'")
    chinese = api.get(f"/imports/{import_id}/errors.csv").text
    page = browser.get(f"/imports/{import_id}/errors.csv").text

    assert "This is no e-mail address." in english
    assert "This is no e-mail address." not in chinese
    assert "E-Mail: " in chinese
    assert "no address" in chinese
    assert page == chinese
