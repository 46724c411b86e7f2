"""Imports in the browser: choose a file, map, preview, run, take back."""

import io
import re
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import update
from tests.imports.conftest import Prepare, rows
from tests.touchpoints.conftest import Browser

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.imports import jobs
from guanxi.imports.domain import Run
from guanxi.imports.models import Import
from guanxi.platform import Platform

PEOPLE = "Name,E-Mail,Town\nAda,ada@example.com,London\nBo,no address,Malmö\n"


def upload(browser: Browser, content: bytes, name: str = "people.csv", **more: str) -> str:
    """Send a file; return the address of the page that follows, or the page with the error."""
    form = {"importer": "customers", "file": (io.BytesIO(content), name), **more}
    answer = browser.send("/imports/new", form)
    return answer.location if answer.status_code == 302 else answer.text


def number_in(address: str) -> str:
    found = re.search(r"[0-9a-f-]{36}", address)
    assert found is not None, address
    return found[0]


def workbook(path: Path, **sheets: list[list[object]]) -> bytes:
    book = xlsxwriter.Workbook(path)
    for name, table in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    book.close()
    return path.read_bytes()


def test_the_list_says_what_to_do_when_it_is_empty(browser: Browser) -> None:
    assert "Nothing was imported yet" in browser.get("/imports/").text


def test_columns_are_proposed_and_shown_with_the_first_rows(browser: Browser) -> None:
    page = browser.get(upload(browser, "Name,E-Mail\n李娜,na@example.com\n".encode("gb18030"))).text

    assert "李娜" in page
    assert chosen_in(page, "becomes.1") == "email"


def chosen_in(page: str, name: str) -> str | None:
    """Which option of a list is chosen."""
    control = re.search(rf'name="{re.escape(name)}".*?</select>', page, re.DOTALL)
    assert control is not None, name
    chosen = re.search(r'value="([^"]*)" selected', control[0])
    return chosen[1] if chosen else None


def test_what_a_number_needs_is_asked_for_at_once(browser: Browser) -> None:
    page = browser.get(upload(browser, b"id,name\n1,Ada\n")).text

    assert chosen_in(page, "constant_field.0") == "external_source"
    assert chosen_in(page, "constant_field.1") is None


def test_a_preview_shows_what_would_happen_and_writes_nothing(
    platform: Platform, browser: Browser
) -> None:
    address = upload(browser, PEOPLE.encode())
    form = {"becomes.0": "name", "becomes.1": "email", "becomes.2": "city"}
    assert browser.send(address, form).status_code == 302
    import_id = number_in(address)
    jobs.check(platform, Run(platform, import_id, now=utc_now()).row.id)  # type: ignore[arg-type]

    page = browser.get(f"/imports/{import_id}").text

    assert "Nothing was written yet" in page
    assert "E-Mail: This is no e-mail address." in page
    assert "would be new" in page
    assert rows(platform, "SELECT count(*) FROM customers") == [(0,)]


def test_the_preview_says_what_those_without_a_name_are_called(
    platform: Platform, browser: Browser, prepare: Prepare
) -> None:
    contents = "external_id,name,email\n903,Ada,\n904,,\n905,,bo@example.com\n,,\n,,cy\n"
    run = prepare("customers", contents, external_source="shop")
    jobs.check(platform, run.row.id)

    page = browser.get(f"/imports/{run.row.id}").text
    run.execute()

    assert "2 new customers have no name in the file" in page
    assert "would be new, called shop 904" in page
    assert "would be new, called bo@example.com" in page
    assert rows(platform, "SELECT display_name FROM customers ORDER BY 1") == [
        ("Ada",), ("bo@example.com",), ("shop 904",),
    ]  # fmt: skip


def test_running_and_taking_back_from_the_page(platform: Platform, browser: Browser) -> None:
    import_id = number_in(upload(browser, PEOPLE.encode()))
    browser.send(f"/imports/{import_id}/run")
    jobs.run(platform, Run(platform, import_id, now=utc_now()).row.id, Never())  # type: ignore[arg-type]
    assert "Refused rows with reasons" in browser.get(f"/imports/{import_id}").text

    browser.send(f"/imports/{import_id}/undo")
    jobs.take_back(platform, Run(platform, import_id, now=utc_now()).row.id, None, "Grace")  # type: ignore[arg-type]

    page = browser.get(f"/imports/{import_id}").text
    assert "Taken back: 1 removed, 0 as before." in page
    assert rows(platform, "SELECT count(*) FROM customers WHERE erased_at IS NULL") == [(0,)]


def test_what_was_refused_is_on_the_page_with_its_reason(
    browser: Browser, prepare: Prepare
) -> None:
    many = "".join(f"Nobody {n},wrong {n}\n" for n in range(30))
    run = prepare("customers", "name,email\nAda,ada@example.com\n" + many)
    run.execute()

    page = browser.get(f"/imports/{run.row.id}").text

    assert page.count("email: This is no e-mail address.") == 20
    assert "Nobody 0 | wrong 0" in page
    assert "The first 20; the file has them all." in page


class Killed(BaseException):
    """What ends a process between two steps."""


def test_an_import_whose_process_was_killed_can_go_on(
    platform: Platform, browser: Browser, prepare: Prepare
) -> None:
    run = prepare("customers", "name\nAda\n")
    address = f"/imports/{run.row.id}"
    at_work = []

    def progress(_done: int, _total: int) -> None:
        at_work.append(browser.get(address).text)
        at_work.append(browser.send(f"{address}/run").text)
        raise Killed

    with pytest.raises(Killed):
        run.execute(progress)
    left = browser.get(address).text
    again = browser.send(f"{address}/run")
    waits = browser.get(address).text
    twice = browser.send(f"{address}/run")
    jobs.run(platform, run.row.id, Never())

    assert ["Go on" in page for page in at_work] == [False, False]
    assert "This import is at another step now" in at_work[1]
    assert "Nobody works on this import any more" in left
    assert ("Go on" in left, "Go on" in waits) == (True, False)
    assert (again.status_code, twice.status_code) == (302, 409)
    assert rows(platform, "SELECT state, rows_done FROM imports") == [("done", 1)]
    assert rows(platform, "SELECT count(*) FROM customers") == [(1,)]


@pytest.mark.parametrize(("state", "step"), [("checking", "check"), ("undoing", "undo")])
def test_a_check_or_an_undo_that_nobody_works_on_any_more_can_be_begun_again(
    platform: Platform, browser: Browser, prepare: Prepare, state: str, step: str
) -> None:
    run = prepare("customers", "name\nAda\n")
    address = f"/imports/{run.row.id}"
    with platform.database.write(Actor("system", "test"), now=utc_now()) as session:
        session.execute(update(Import).values(state=state))

    left = browser.get(address).text
    again = browser.send(f"{address}/{step}")
    waits = browser.get(address).text
    twice = browser.send(f"{address}/{step}")

    assert ("Go on" in left, "Go on" in waits) == (True, False)
    assert f'action="{address}/{step}"' in left
    assert (again.status_code, twice.status_code) == (302, 409)
    assert rows(platform, "SELECT state FROM imports") == [(state,)]


class Never:
    """A worker that does not stop."""

    @staticmethod
    def is_stopping() -> bool:
        return False

    @staticmethod
    def check() -> None:
        raise AssertionError


def test_another_sheet_can_be_chosen(platform: Platform, browser: Browser, tmp_path: Path) -> None:
    people = [["name", "born"], ["Ada", "10 Dec 1985"], ["李娜", "1990-02-28"]]
    book = workbook(tmp_path / "b.xlsx", Notes=[["a", "b"], ["x", "y"]], People=people)
    address = upload(browser, book, "b.xlsx")
    assert "李娜" not in browser.get(address).text

    answer = browser.send(address.replace("mapping", "format"), {"sheet": "People"})

    assert answer.status_code == 302
    assert "李娜" in browser.get(address).text


def test_a_file_without_header_is_mapped_by_letters(platform: Platform, browser: Browser) -> None:
    address = upload(browser, b"Ada;London\nBo;Malmo\n", has_header="no")

    browser.send(address, {"becomes.0": "name", "becomes.1": "city"})
    import_id = number_in(address)
    Run(platform, import_id, now=utc_now()).execute()  # type: ignore[arg-type]

    found = rows(platform, "SELECT display_name, city FROM customers ORDER BY 1")
    assert found == [("Ada", "London"), ("Bo", "Malmo")]


def test_what_is_no_table_is_refused_with_a_sentence(platform: Platform, browser: Browser) -> None:
    pages = {
        "picture": upload(browser, b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "people.csv"),
        "empty": upload(browser, b"", "people.csv"),
        "header": upload(browser, b"name,email\n", "people.csv"),
        "twice": upload(browser, b"name,Phone,phone\nAda,1,2\n", "people.csv"),
        "none": browser.send("/imports/new", {"importer": "customers"}).text,
    }

    sentences = {
        "picture": "picture",
        "empty": "This file has no rows.",
        "header": "column names but no rows under them",
        "twice": "are both called",
        "none": "Choose a file first.",
    }
    assert {what for what, page in pages.items() if sentences[what] in page} == set(sentences)
    assert rows(platform, "SELECT count(*) FROM imports") == [(0,)]


def test_a_mapping_that_cannot_work_is_explained(browser: Browser) -> None:
    address = upload(browser, b"number,name\n1,Ada\n")

    unsaid = browser.send(address, {"becomes.0": "external_id"})
    twice = browser.send(address, {"becomes.0": "name", "becomes.1": "name"})
    unknown = browser.send(address, {"becomes.1": "nothing"})
    nameless = browser.send(address, {"becomes.1": "name", "constant_value.2": "old-crm"})

    pages = [unsaid, twice, unknown, nameless]
    assert [page.status_code for page in pages] == [422] * 4
    assert "Say which system the numbers come from" in unsaid.text
    assert "Two columns are to become Full name." in twice.text
    assert chosen_in(twice.text, "becomes.1") == "name"
    assert "There is no field nothing." in unknown.text
    assert "Say which field has the value old-crm in all rows." in nameless.text
