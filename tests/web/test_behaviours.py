"""What the page's script does for forms, messages, tables and charts."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser


def swap_in_a_part(page: Page) -> None:
    """Let htmx replace the empty state by the part that the server has."""
    page.evaluate("htmx.ajax('GET', '/part', {target: '.empty-state', swap: 'outerHTML'})")
    page.wait_for_selector("#part")


def with_another_budget(route: Route) -> None:
    """Answer as if a colleague had changed the budget meanwhile."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('value="1200"', 'value="777"'))


@pytest.mark.parametrize(("system", "expected"), [("dark", "dark"), ("light", "light")])
def test_the_automatic_theme_follows_the_system(
    open_page: OpenPage, system: str, expected: str
) -> None:
    page = open_page(theme="auto")

    page.emulate_media(color_scheme=system)

    expect(page.locator("html")).to_have_attribute("data-bs-theme", expected)


def test_the_chosen_theme_is_there_on_the_next_page(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Dark").click()

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_language_switch_comes_back_to_the_same_page(open_page: OpenPage) -> None:
    page = open_page("/gallery?tier=gold")
    page.get_by_role("button", name="Language").click()

    page.get_by_role("button", name="中文").click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page).to_have_url(re.compile(r"\?tier=gold$"))


def test_a_refused_confirmation_sends_nothing(open_page: OpenPage) -> None:
    page = open_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.wait_for_load_state("networkidle")
    sent.clear()
    page.get_by_role("button", name="Disable").click()

    page.get_by_role("button", name="Cancel").last.click()

    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert sent == []


def test_a_given_confirmation_sends_the_form_with_its_token(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("alertdialog", name="Disable the plugin “Loyalty”?")).to_be_visible()

    with page.expect_request("**/gallery") as caught:
        page.get_by_role("button", name="Yes, continue").click()

    assert (caught.value.method, caught.value.post_data) == ("POST", "csrf_token=token-of-the-test")


def test_htmx_requests_carry_the_token(open_page: OpenPage) -> None:
    page = open_page()

    page.evaluate("htmx.ajax('POST', '/echo-token', {target: '.empty-state-title'})")

    expect(page.locator(".empty-state-title")).to_have_text("token-of-the-test")


def test_swapped_content_has_charts_confirmations_and_times(open_page: OpenPage) -> None:
    page = open_page()
    swap_in_a_part(page)
    part = page.locator("#part")

    expect(part.locator("canvas")).to_be_visible()
    expect(part.locator("time")).to_have_attribute("title", re.compile("2026"))
    part.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_good_news_leaves_and_errors_stay(open_page: OpenPage) -> None:
    page = open_page("/flashes")
    expect(page.locator("#flashes .flash")).to_have_count(4)

    expect(page.locator("#flashes .flash")).to_have_count(2, timeout=9000)

    kept = page.locator("#flashes .flash-text").all_inner_texts()
    assert kept == ["A message of the kind warning.", "A message of the kind error."]


def test_typed_text_survives_a_reload_and_can_be_discarded(open_page: OpenPage) -> None:
    page = open_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Note").fill("call back on Monday")
    page.get_by_label("Password").fill("never kept")
    page.reload()
    expect(page.get_by_label("Note")).to_have_value("call back on Monday")
    expect(page.get_by_label("Password")).to_have_value("")

    page.get_by_role("button", name="Discard it").click()

    expect(page.get_by_label("Note")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Note")).to_have_value("")


def test_leaving_with_unsaved_changes_asks(open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Note").press_sequentially("x")

    page.goto("/sign-in")

    assert asked == ["beforeunload"]


def test_a_refused_form_brings_the_draft_back(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Note").fill("my text")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.org")

    page.locator("form[data-draft]").get_by_role("button", name="Save").click()

    # The gallery's form always comes with an error in it.
    expect(page.get_by_label("Note")).to_have_value("my text")


def test_a_draft_leaves_untouched_fields_as_the_server_has_them_now(open_page: OpenPage) -> None:
    page = open_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Note").fill("mine")
    page.route("**/gallery", with_another_budget)

    page.reload()

    expect(page.get_by_label("Note")).to_have_value("mine")
    expect(page.get_by_label("Budget")).to_have_value("777")


def test_an_accepted_form_forgets_its_draft(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("form[data-draft]").evaluate("form => form.dataset.draft = 'elsewhere'")
    page.get_by_label("Note").fill("my text")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.org")

    page.locator("form[data-draft]").get_by_role("button", name="Save").click()
    page.wait_for_url("**/gallery")

    kept = page.evaluate("Object.keys(sessionStorage).filter(key => key.includes(':draft:'))")
    assert kept == []


def test_an_impatient_second_click_sends_nothing(open_page: OpenPage) -> None:
    page = open_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    form = page.locator("form[data-draft]")

    form.evaluate("""form => {
        form.noValidate = true;
        for (const _ of [1, 2]) form.requestSubmit();
    }""")
    page.wait_for_load_state("networkidle")

    assert sent.count("POST") == 1


def test_the_summary_of_errors_takes_the_focus(open_page: OpenPage) -> None:
    page = open_page("/refused")

    expect(page.get_by_role("alert").filter(has_text="Some fields need")).to_be_focused()
    page.get_by_role("link", name="This is not an e-mail address.").press("Enter")
    expect(page).to_have_url(re.compile("#field-email$"))


def test_choosing_a_filter_sends_the_toolbar_without_its_empty_fields(open_page: OpenPage) -> None:
    page = open_page()

    page.get_by_label("Owner").first.select_option("ada")

    expect(page).to_have_url(re.compile(r"/gallery\?tier=gold&owner=ada$"))


def test_selecting_all_rows_counts_them_and_offers_what_can_be_done(open_page: OpenPage) -> None:
    page = open_page()
    everything = page.get_by_label("Select all rows")

    everything.check()
    expect(page.locator("[data-bulk-bar]")).to_contain_text("6 selected")
    page.get_by_label("Select row 2").uncheck()

    expect(page.locator("[data-bulk-bar]")).to_contain_text("5 selected")
    assert everything.evaluate("box => box.indeterminate") is True


def test_shift_selects_the_rows_between(open_page: OpenPage) -> None:
    page = open_page()

    page.get_by_label("Select row 2").click()
    page.get_by_label("Select row 5").click(modifiers=["Shift"])

    expect(page.locator("[data-bulk-bar]")).to_contain_text("4 selected")


def test_copying_puts_the_text_on_the_clipboard_and_says_so(open_page: OpenPage) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "gx_live_9fK2"


def test_charts_are_drawn_again_in_the_colours_of_the_other_theme(open_page: OpenPage) -> None:
    page = open_page()
    chart = page.locator("canvas").first
    chart.wait_for()
    light = chart.evaluate("canvas => canvas.toDataURL()")

    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Dark").click()

    page.wait_for_function(
        "light => document.querySelector('canvas').toDataURL() !== light", arg=light
    )


def test_a_chart_shows_the_same_numbers_as_a_table(open_page: OpenPage) -> None:
    page = open_page()
    figure = page.locator("figure").nth(1)

    figure.get_by_text("Show as a table").click()

    assert figure.locator("tbody tr").first.inner_text().split() == ["Store", "412"]


def test_a_page_without_charts_does_not_load_the_chart_library(open_page: OpenPage) -> None:
    page = open_page("/sign-in")

    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")

    assert [name for name in loaded if "charts-" in name] == []


def test_a_lost_connection_is_said_aloud(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")

    expect(page.get_by_role("alert").get_by_text("cannot be reached")).to_be_visible()
