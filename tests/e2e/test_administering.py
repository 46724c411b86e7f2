"""Days of an admin: apps on and off, imports, settings taken back, two customers made one."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.company import Company
from tests.e2e.conftest import OpenDesk
from tests.e2e.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # to found the company takes long

FILE = """Kundennr,Name,E-Mail,Ort
N1,Beatrice Fox,beatrice@example.com,York
N2,周天,tian@example.com,苏州
N3,Callum Webb,this is none,Leeds
"""


def confirm(page: Page) -> None:
    """Say yes in the dialog that asks."""
    page.locator("#confirm-dialog [data-confirm-accept]").click()


def panel_of(page: Page, company: Company) -> None:
    """Open the customer whose page the example plugin greets."""
    page.goto(f"/customers/{company.ids['ada']}")


def test_an_app_is_switched_off_and_on_for_everybody_at_once(
    open_desk: OpenDesk, busy_office: Office, busy_company: Company
) -> None:
    """Two web processes answer, so a second browser asks both in turn."""
    page = open_desk(busy_office, busy_company.platform, busy_company.ids["admin"]).page
    other = open_desk(busy_office, busy_company.platform, busy_company.ids["admin"]).page
    panel_of(other, busy_company)
    expect(other.get_by_text("Hello, Ada Lovelace!")).to_be_visible()

    page.goto("/apps/hello")
    page.get_by_role("button", name="Disable").click()
    confirm(page)
    expect(page.locator(".flash-success")).to_be_visible()
    for _request in range(6):
        panel_of(other, busy_company)
        expect(other.get_by_text("Hello, Ada Lovelace!")).to_have_count(0)

    page.get_by_role("button", name="Enable").click()
    expect(page.locator(".flash-success")).to_be_visible()
    for _request in range(6):
        panel_of(other, busy_company)
        expect(other.get_by_text("Hello, Ada Lovelace!")).to_be_visible()


def test_a_file_is_mapped_checked_imported_corrected_and_taken_back(
    page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "kunden.csv"
    file.write_text(FILE, "utf-8")
    page.goto("/imports/new")
    page.locator("[name=importer]").select_option("customers")
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    map_columns(page)
    expect(page.get_by_text("Nothing was written yet")).to_be_visible()
    expect(page.get_by_text("this is none").first).to_be_visible()
    assert figures(page) == {"New": "2", "Changed": "0", "As before": "0", "Refused": "1"}
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("button", name="Take the import back")).to_be_visible()
    first = page.url

    with page.expect_download() as fetched:
        page.get_by_role("link", name="Refused rows with reasons").click()
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(with_a_good_address(Path(fetched.value.path())), "utf-8")
    import_again(page, corrected)
    assert figures(page) == {"New": "1", "Changed": "0", "As before": "0", "Refused": "0"}

    page.goto(first)
    page.get_by_role("button", name="Take the import back").click()
    confirm(page)
    expect(page.locator("#progress").get_by_text("taken back").first).to_be_visible()
    page.goto("/customers/?q=Beatrice+Fox")
    expect(page.get_by_text("No customer found")).to_be_visible()
    page.goto("/customers/?q=Callum+Webb")
    expect(page.get_by_role("link", name="Callum Webb")).to_be_visible()


def map_columns(page: Page) -> None:
    """Say which column is what, and let the file be checked."""
    for column, field in (
        ("Kundennr", "external_id"), ("Name", "name"), ("E-Mail", "email"), ("Ort", "city"),
    ):  # fmt: skip
        page.get_by_label(f"{column} becomes").select_option(field)
    page.get_by_label("Field 1").select_option("external_source")
    page.get_by_label("Value 1").fill("kasse")
    page.get_by_role("button", name="Check the file").click()


def import_again(page: Page, file: Path) -> None:
    """Import a corrected error file; its columns are recognised, the mapping was kept."""
    page.goto("/imports/new")
    page.locator("[name=importer]").select_option("customers")
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    map_columns(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("button", name="Take the import back")).to_be_visible()


def with_a_good_address(file: Path) -> str:
    """The error file, with the address corrected."""
    return file.read_text("utf-8-sig").replace("this is none", "callum@example.com")


def figures(page: Page) -> dict[str, str]:
    """The four figures of an import by their titles."""
    expect(page.locator("#progress .stat")).to_have_count(4)
    labels = page.locator("#progress .stat-label").all_inner_texts()
    return dict(zip(labels, page.locator("#progress .stat-value").all_inner_texts(), strict=True))


@pytest.mark.parametrize("contents", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b""])
def test_a_wrong_file_is_refused_with_a_sentence(
    open_desk: OpenDesk,
    busy_office: Office,
    busy_company: Company,
    tmp_path: Path,
    contents: bytes,
) -> None:
    desk = open_desk(busy_office, busy_company.platform, busy_company.ids["admin"])
    file = tmp_path / "photo.csv"
    file.write_bytes(contents)
    desk.page.goto("/imports/new")
    desk.page.locator("[name=importer]").select_option("customers")
    desk.page.locator("[name=file]").set_input_files(file)

    desk.page.get_by_role("button", name="Continue").click()

    expect(desk.page.locator("main [aria-invalid=true], main .field-error").first).to_be_visible()
    desk.take_complaints()


def test_a_setting_holds_at_once_and_can_be_taken_back(page: Page) -> None:
    page.goto("/settings/hello")
    page.get_by_label("Greeting").fill("Good morning")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flash-success")).to_be_visible()

    page.get_by_role("link", name="Earlier versions").click()
    expect(page.locator("ins", has_text="Good morning")).to_be_visible()
    page.get_by_role("button", name="Take back").first.click()
    confirm(page)
    expect(page.locator(".flash-success")).to_be_visible()

    page.goto("/settings/hello")
    expect(page.get_by_label("Greeting")).to_have_value("Hello")


def test_two_customers_become_one_and_two_again(page: Page, busy_company: Company) -> None:
    kept, other = busy_company.ids["catherine"], busy_company.ids["many200.2"]
    page.goto(f"/customers/{kept}/merge/{other}")
    page.get_by_role("radio", name="George Taylor").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("George Taylor")
    page.goto(f"/customers/{other}")
    expect(page).to_have_url(f"{page.url.partition('/customers')[0]}/customers/{kept}")

    page.get_by_role("button", name="Take back").first.click()
    confirm(page)

    page.goto(f"/customers/{kept}")
    expect(heading).to_contain_text("Catherine Hargreaves")
    page.goto(f"/customers/{other}")
    expect(heading).to_contain_text("George Taylor")
