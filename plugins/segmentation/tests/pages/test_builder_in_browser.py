"""The builder in a browser: a segment made by mouse and, without touching it, by keyboard."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from plugins.segmentation.tests.membership.town import Town, bought, lives_in
from tests.e2e.desk import Desk, sit_down
from tests.e2e.looking import overflow, violations, wrong_language
from tests.e2e.office import Office, open_office

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.ids import new_id
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.web.frontend_build import build
from guanxi_segmentation.membership import pins

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "/segmentation/segments/new"
Sit = Callable[..., Desk]
PATIENCE = 20_000
"""Milliseconds that a busy machine may take for an answer."""


@pytest.fixture(scope="module")
def town(
    server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town with some trade in it."""
    build()
    url = fresh_database(server, template_database)
    home: Path = tmp_path_factory.mktemp("home")
    platform = build_platform(Config(home=home), url)
    switch_on(platform, "segmentation")
    town = Town(platform, utc_now())
    for name, city, purchases in (("Ann", "York", 3), ("Bo", "York", 1), ("Cy", "Bath", 2)):
        customer = town.person(name, city=city)
        for number in range(purchases):
            town.buy(customer, town.now - timedelta(days=number + 1))
    yield town
    platform.database.dispose()
    drop_database(url)


@pytest.fixture(scope="module")
def office(town: Town) -> Iterator[Office]:
    """Web and worker of the town."""
    with open_office(town.platform.database.url, town.platform.config.home, worker=True) as found:
        yield found


@pytest.fixture
def sit(chromium: Browser, office: Office, town: Town) -> Iterator[Sit]:
    """``sit(language="zh", width=360)``: an admin at a browser."""
    with ExitStack() as stack:

        def sitting(**look: object) -> Desk:
            factories = Factories(town.platform.database, utc_now())
            admin = factories.user("admin", email=f"{new_id().hex}@example.com")
            return stack.enter_context(sit_down(chromium, office, town.platform, admin, **look))

        yield sitting


def counted(page: Page, count: int) -> None:
    """Wait until the preview says so many."""
    expect(page.locator(".preview-count")).to_contain_text(f"{count} customer", timeout=PATIENCE)
    settled(page)


def settled(page: Page) -> None:
    """Wait until nothing is asked of the server any more."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".htmx-request")).to_have_count(0, timeout=PATIENCE)


def test_a_segment_is_made_by_mouse(sit: Sit) -> None:
    sitting = sit()
    page = sitting.page
    page.goto(NEW)

    page.get_by_label("Title in English").fill("Regulars of York")
    page.locator("#r-0-what").select_option(label="City")
    expect(page.locator("#r-0-note")).to_contain_text("Fill in a value.")
    page.locator("#r-0-value").fill("York")
    counted(page, 2)
    page.get_by_role("button", name="Add a condition").click()
    expect(page.locator("#r-1-what")).to_be_focused()
    page.locator("#r-1-what").select_option(label="Number of touchpoints")
    page.locator("#r-1-is").select_option(label="is at least")
    page.locator("#r-1-value").fill("2")
    page.locator("#r-1 .rule-pick summary").first.click()
    page.get_by_role("checkbox", name="Purchase").check()
    expect(page.locator("#r-1 [data-pick-text]").first).to_have_text("Purchase")
    page.locator("#r-1-window").select_option(label="in the last")
    page.locator("#r-1-last").fill("30")
    counted(page, 1)
    expect(page.locator(".preview-samples")).to_contain_text("Ann")
    expect(page.locator(".rule-sentence")).to_contain_text("York")
    page.locator("#r-1 .rule-tools [data-bs-toggle]").click()
    page.get_by_role("button", name="Move up").click()
    expect(page.locator("#r-1-value")).to_have_value("York", timeout=PATIENCE)
    counted(page, 1)
    page.get_by_role("button", name="Save the segment").click()

    expect(page.locator("h1")).to_contain_text("Regulars of York")
    expect(page.locator(".flash-success")).to_be_visible()
    expect_members(page, ["Ann"])
    page.get_by_role("link", name="Why?").click()
    expect(page.locator(".why-node").first).to_contain_text("All of these are met")
    assert sitting.take_complaints() == []


def expect_members(page: Page, names: list[str]) -> None:
    """Reload until the worker has built the segment."""
    for _ in range(80):
        found = page.locator("td.cell-primary a").all_inner_texts()
        if found == names:
            return
        page.wait_for_timeout(250)
        page.reload()
    pytest.fail(f"members: {found}")


def test_a_segment_is_made_by_keyboard_alone(sit: Sit) -> None:
    sitting = sit()
    page, keys = sitting.page, sitting.page.keyboard
    page.goto(NEW)

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("(s) => document.activeElement?.matches(s)", selector):
                return
            keys.press("Tab")
        pytest.fail(f"{selector} was not reached")

    tab_to("#field-title_en")
    keys.type("Either of two")
    tab_to("#r-match")
    keys.press("ArrowDown")
    expect(page.locator("#r-match")).to_have_value("any")
    tab_to("#r-0-what")
    keys.type("City")
    expect(page.locator("#r-0-value")).to_be_visible()
    expect(page.locator("#r-0-what")).to_be_focused()
    tab_to("#r-0-value")
    keys.type("Bath")
    counted(page, 1)
    tab_to("#r-add")
    keys.press("Enter")
    expect(page.locator("#r-1-what")).to_be_focused()
    keys.type("City")
    expect(page.locator("#r-1-value")).to_be_visible()
    tab_to("#r-1-value")
    keys.type("York")
    counted(page, 3)
    tab_to("#r-1 [data-bs-toggle]")
    keys.press("Enter")
    keys.press("ArrowDown")
    expect(page.get_by_role("button", name="Move up")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#r-0-value")).to_have_value("York")
    tab_to("#r-1 [value^=remove]")
    keys.press("Enter")
    expect(page.locator("#r-1")).to_have_count(0)
    expect(page.locator("#conditions [role=status]")).to_have_text("Removed.")
    counted(page, 2)
    tab_to("#r-0-value")
    keys.press("Enter")

    expect(page.locator("h1")).to_contain_text("Either of two")
    assert sitting.take_complaints() == []


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 360)])
def test_pages_of_segments_are_accessible_and_fit(
    sit: Sit, town: Town, language: str, width: int
) -> None:
    key = f"looked_at_{language}"
    ann = town.person("Ann", city="York")
    town.built(key, {"op": "and", "args": [lives_in("York"), bought(1, op="lt")]})
    with town.write() as session:
        pins.pin(session, key, ann, included=False, reason="on holiday", now=town.now)
    page = sit(language=language, width=width).page
    start = f"/segmentation/segments/{key}"
    ours = ("", "/history", "/rule", "/adjustments", "/why", f"/why/{ann}", "/edit")
    paths = ["/segmentation/", "/segmentation/segments/ready", f"{NEW}?by=hand"]
    paths += [f"{NEW}?ready=big_gone_quiet", *(f"{start}{path}" for path in ours)]

    found = {}
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        wrong = [*violations(page), *overflow(page), *wrong_language(page, language)]
        found |= {path: wrong} if wrong else {}

    assert found == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_builder_fits_a_telephone(sit: Sit, language: str) -> None:
    sitting = sit(language=language, width=360)
    page = sitting.page
    for path in (f"{NEW}?ready=unhappy_regulars", "/segmentation/", "/segmentation/segments/ready"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path

    page.goto(f"{NEW}?ready=unhappy_regulars")
    innermost = ".rule-group:not(:has(.rule-group)) > .rule-add [value^=add_group]"
    for number in range(4):
        page.locator(innermost).click()
        expect(page.locator(".rule-group")).to_have_count(number + 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert sitting.take_complaints() == []
