"""Every component at once: accessible, without overflow, and at peace with the policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser

LOOKS = [
    pytest.param(width, theme, locale, id=f"{width}-{theme}-{locale}")
    for width in (1280, 360)
    for theme in ("light", "dark")
    for locale in ("en", "zh")
]


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds, as rule and first element."""
    found = Axe().run(page).response["violations"]
    return [(entry["id"], entry["nodes"][0]["html"]) for entry in found]


@pytest.mark.parametrize(("width", "theme", "locale"), LOOKS)
def test_axe_finds_nothing_in_the_gallery(
    open_page: OpenPage, width: int, theme: str, locale: str
) -> None:
    page = open_page(width=width, theme=theme, locale=locale)
    page.wait_for_selector("canvas")

    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_axe_finds_nothing_on_the_sign_in_page(
    open_page: OpenPage, theme: str, locale: str
) -> None:
    page = open_page("/sign-in", width=360, theme=theme, locale=locale)

    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_over_the_page(open_page: OpenPage, theme: str) -> None:
    page = open_page("/flashes", theme=theme)
    page.wait_for_selector("canvas")
    opened = {
        "messages": lambda: page.get_by_text("kind error").hover(),
        "menu": lambda: page.get_by_role("button", name="Account of Ada Lovelace").click(),
        "palette": lambda: page.keyboard.press("Control+k"),
        "shortcuts": lambda: page.keyboard.press("?"),
        "dialog": lambda: page.get_by_role("button", name="Open a dialog").click(),
        "confirmation": lambda: page.get_by_role("button", name="Disable").click(),
    }

    found = {}
    for name, action in opened.items():
        action()
        found[name] = violations(page)
        page.keyboard.press("Escape")

    assert found == {name: [] for name in opened}


@pytest.mark.parametrize("path", ["/gallery", "/sign-in", "/flashes"])
@pytest.mark.parametrize("width", [320, 360, 768, 992])
def test_no_page_is_wider_than_the_window(open_page: OpenPage, path: str, width: int) -> None:
    page = open_page(path, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_rows_become_cards_with_labels_on_a_telephone(open_page: OpenPage) -> None:
    page = open_page(width=360)
    cell = page.locator(".table-cards tbody tr").first.locator('td[data-label="Spent"]')

    expect(page.get_by_role("columnheader", name="Spent")).not_to_be_in_viewport()
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert (label, cell.inner_text()) == ('"Spent"', "£12,480.00")


def test_a_menu_in_the_last_row_is_not_cut_off(open_page: OpenPage) -> None:
    page = open_page()
    row = page.locator(".table-cards tbody tr").last
    row.get_by_role("button", name="More").click()

    menu = row.locator(".dropdown-menu")
    expect(menu).to_be_in_viewport(ratio=1)
    hit = menu.get_by_text("Export").evaluate(
        """link => { const box = link.getBoundingClientRect();
        return document.elementFromPoint(box.left + 5, box.top + 5) === link; }"""
    )
    assert hit is True
