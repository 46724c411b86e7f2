"""Days of staff: signing in, finding somebody, recording a contact, choosing what a list shows."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.company import STAFF, Company, sign_in_link
from tests.e2e.conftest import OpenDesk
from tests.e2e.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # to found the company takes long

NEW_PASSWORD = "red paper boats drift slowly"


def tab_to(page: Page, wanted: Locator, limit: int = 60) -> None:
    """Press Tab until this control has the focus."""
    for _press in range(limit):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{wanted} cannot be reached with the Tab key")


def test_somebody_signs_in_by_a_link_and_chooses_a_password(
    open_desk: OpenDesk, busy_office: Office, busy_company: Company
) -> None:
    page = open_desk(busy_office, busy_company.platform).page
    page.goto(f"/sign-in/link/{sign_in_link(busy_company, STAFF)}")
    page.get_by_role("button", name="Continue").click()
    page.goto("/profile/password")
    if page.get_by_label("Present password").count():
        page.get_by_label("Present password").fill("seven small lanterns over the lake")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_label("The same again").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flash-success")).to_be_visible()

    page.context.clear_cookies(name="guanxi")
    page.goto("/customers/")
    page.get_by_label("E-mail").fill(STAFF)
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Customers", level=1)).to_be_visible()


@pytest.mark.parametrize("typed", ["李娜", "lina", "ln", "5678"])
def test_a_customer_is_found_and_opened_by_keyboard(page: Page, typed: str) -> None:
    """By characters, pinyin, initials, the last digits of the phone."""
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(page.locator("[data-palette-found] [role=option]", has_text="李娜")).to_be_visible()
    for _step in range(12):
        if "李娜" in page.locator("#palette [aria-selected=true]").inner_text():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=re.compile("李娜"), level=1)).to_be_visible()


def test_a_touchpoint_is_recorded_by_keyboard(page: Page, busy_company: Company) -> None:
    page.goto(f"/touchpoints/new?customer={busy_company.ids['ada']}")
    expect(page.get_by_label("Subject")).to_be_focused()
    page.keyboard.type("Asked about lanterns")
    tab_to(page, page.get_by_label("Note", exact=True))
    page.keyboard.type("Wants forty of them in May.")
    tab_to(page, page.get_by_label("Outcome"))
    page.keyboard.press("i")
    tab_to(page, page.locator("main").get_by_role("button", name="Record", exact=True))
    page.keyboard.press("Enter")

    expect(page.locator(".flash-success")).to_be_visible()
    page.goto(f"/customers/{busy_company.ids['ada']}")
    expect(page.get_by_text("Asked about lanterns")).to_be_visible()
    expect(page.locator(".timeline").get_by_text("Interested").first).to_be_visible()


def test_the_list_is_filtered_sorted_and_shows_chosen_columns(page: Page) -> None:
    page.goto("/customers/")
    page.get_by_label("Tag", exact=True).select_option("wholesale")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Tag", exact=True).select_option("newsletter")
    expect(page.locator("tbody tr")).not_to_have_count(2)
    page.get_by_role("link", name="Revenue").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Revenue")

    page.get_by_role("button", name="Columns").click()
    dialog = page.locator("dialog#columns")
    dialog.get_by_label("Level").check()
    dialog.get_by_role("button", name="Show these").click()

    expect(page.get_by_role("columnheader", name="Level")).to_be_visible()
    expect(page.get_by_role("cell", name="金牌 Gold")).to_be_visible()
    page.reload()
    expect(page.get_by_role("columnheader", name="Level")).to_be_visible()


def test_home_shows_the_chosen_days_and_its_charts_as_tables(page: Page) -> None:
    page.goto("/")
    revenue = page.locator(".stat", has_text="Revenue").locator(".stat-value")
    before = revenue.inner_text()
    for label, day in (("From", "2001-01-01"), ("To", "2001-12-31")):
        page.get_by_label(label, exact=True).fill(day)
        page.get_by_label(label, exact=True).press("Enter")
        expect(page).to_have_url(re.compile(f"={day}"))
    expect(revenue).not_to_have_text(before)

    page.goto("/")
    page.get_by_text("Show as a table").first.click()

    table = page.get_by_role("table", name="Revenue by month")
    expect(table.locator("tbody tr").first).to_be_visible()


def test_pressing_save_twice_saves_once(page: Page, busy_company: Company) -> None:
    page.goto("/tasks/new")
    page.get_by_label("What is to be done").fill("Only one of these")
    page.get_by_role("button", name="Save").dblclick()
    page.wait_for_url("**/tasks")

    expect(page.get_by_role("link", name="Only one of these")).to_have_count(1)


def test_unsaved_text_survives_a_closed_page(page: Page, busy_company: Company) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/customers/{busy_company.ids['person']}/edit"
    page.goto(address)
    page.get_by_label("City").fill("苏州")
    page.goto("/customers/")

    page.goto(address)

    expect(page.get_by_label("City")).to_have_value("苏州")
    expect(page.locator(".flash-warning")).to_be_visible()
    page.locator(".flash-warning").get_by_role("button").first.click()
    expect(page.get_by_label("City")).to_have_value("杭州")


def test_back_after_saving_does_not_save_again(page: Page) -> None:
    page.goto("/tasks/new")
    page.get_by_label("What is to be done").fill("Made before going back")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/tasks")
    page.go_back()
    page.go_forward()

    page.goto("/tasks")

    expect(page.get_by_role("link", name="Made before going back")).to_have_count(1)
