"""Everything can be done without a mouse."""

import re

import pytest
from playwright.sync_api import expect
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_the_first_tab_leads_past_the_menu_to_the_content(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("key", ["Control+k", "/"])
def test_a_key_opens_quick_search_and_escape_closes_it(open_page: OpenPage, key: str) -> None:
    page = open_page()
    page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Search", exact=True)).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="Quick search")).to_be_hidden()


def test_quick_search_finds_a_customer_and_enter_opens_it(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Control+k")
    page.keyboard.type("王")
    options = page.get_by_role("dialog", name="Quick search").get_by_role("option")
    chosen = options.and_(page.get_by_role("option", selected=True))
    expect(chosen).to_contain_text("王小明")

    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("王芳")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("#%E7%8E%8B%E8%8A%B3$"))
    expect(page.get_by_role("dialog", name="Quick search")).to_be_hidden()


def test_the_input_of_quick_search_names_the_chosen_option(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowUp")

    named = page.get_by_role("combobox", name="Search", exact=True).get_attribute(
        "aria-activedescendant"
    )

    assert page.locator("#palette-list [aria-selected=true]").get_attribute("id") == named


def test_quick_search_says_when_it_finds_nothing(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Control+k")
    page.keyboard.type("nobody has this name")

    expect(page.get_by_text("Nothing found.")).to_be_visible()
    expect(page.locator("#palette-list")).to_be_hidden()


def test_the_question_mark_lists_the_shortcuts(open_page: OpenPage) -> None:
    page = open_page()

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_a_letter_typed_into_a_field_is_no_shortcut(open_page: OpenPage) -> None:
    page = open_page()
    field = page.get_by_label("Note")

    field.press_sequentially("? / [")

    assert field.input_value() == "? / ["
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_single_keys_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("?")
    page.get_by_label("Shortcuts of a single key").press("Space")
    page.keyboard.press("Escape")
    page.reload()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Quick search")).to_be_visible()


def test_j_and_k_walk_through_the_rows(open_page: OpenPage) -> None:
    page = open_page()

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ada Lovelace").first).to_be_focused()
    page.keyboard.press("k")

    expect(page.get_by_role("link", name="王小明")).to_be_focused()


def test_a_menu_opens_and_walks_with_the_arrows(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Theme").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_drawer_keeps_focus_inside_and_gives_it_back(open_page: OpenPage) -> None:
    page = open_page(width=360)
    opener = page.get_by_role("button", name="Open the menu")
    opener.press("Enter")
    expect(page.get_by_role("button", name="Close the menu").first).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.main')") is None

    page.keyboard.press("Escape")

    expect(opener).to_be_focused()


def test_the_bracket_folds_the_sidebar_and_the_next_page_keeps_it(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("[")
    page.reload()

    assert page.locator("#sidebar").bounding_box()["width"] == 60
    expect(page.get_by_role("link", name="Touchpoints")).to_be_visible()


def test_tabs_are_walked_with_the_arrows(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("tab", name="Profile").focus()

    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tabpanel", name="History")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Profile")).to_be_hidden()
