"""Classes and key accounts in a browser: a form that comes back stands open; moves by keyboard."""

from playwright.sync_api import Locator, Page, expect
from plugins.segmentation.tests.membership.town import Town, lives_in, rule
from plugins.segmentation.tests.pages.test_builder_in_browser import (
    PATIENCE,
    Sit,
    office,
    pytestmark,
    sit,
    town,
)

from guanxi_segmentation.schemes.domain import create_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft

__all__ = ["office", "pytestmark", "sit", "town"]


def rows(page: Page) -> Locator:
    return page.locator("[id^=class-]")


def test_a_decision_without_a_customer_stands_open_again_with_what_was_typed(sit: Sit) -> None:
    sitting = sit()
    page = sitting.page
    page.goto("/segmentation/key-accounts")
    page.get_by_role("button", name="Decide by hand").click()
    dialog = page.get_by_role("dialog", name="Decide by hand")
    dialog.get_by_label("Why").fill("Brings others")

    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_visible(timeout=PATIENCE)
    expect(dialog.locator(".form-error")).to_contain_text("tick who is meant")
    expect(dialog.get_by_label("Why")).to_have_value("Brings others")
    assert page.evaluate("document.querySelector('#decide').matches(':modal')")
    dialog.get_by_label("Customer").fill("Ann")
    expect(dialog.get_by_role("checkbox", name="Ann")).to_be_checked(timeout=PATIENCE)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Ann")).to_be_visible(timeout=PATIENCE)


def test_a_class_is_moved_by_keyboard_and_the_focus_stays_near_it(sit: Sit, town: Town) -> None:
    draft = SchemeDraft(
        "place", "Place", "rules",
        (
            ClassDraft("york", "York", rule=rule(lives_in("York"))),
            ClassDraft("bath", "Bath", rule=rule(lives_in("Bath"))),
            ClassDraft("rest", "Rest"),
        ),
    )  # fmt: skip
    with town.write() as session:
        create_scheme(session, draft, now=town.now)
    page = sit().page
    page.goto("/segmentation/schemes/place")
    expect(rows(page)).to_have_text(["York", "Bath", "Rest"])

    page.get_by_role("button", name="Down: York").focus()
    page.keyboard.press("Enter")

    expect(rows(page)).to_have_text(["Bath", "York", "Rest"], timeout=PATIENCE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Up: York")).to_be_focused()
