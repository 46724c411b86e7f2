"""The admin's pages in a browser: in order in both languages, light and dark, wide and narrow."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from plugins.loyalty.tests.earning.club import ACTOR, Club
from sqlalchemy import select
from tests.e2e.desk import sit_down
from tests.e2e.looking import overflow, violations, wrong_language
from tests.e2e.office import Office, open_office

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.sdk import Customer, new_id
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.web.frontend_build import build
from guanxi_loyalty.ready import retail_club

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 20_000
"""Milliseconds that a busy machine may take for an answer."""
PAGES = (
    "/loyalty/",
    "/loyalty/programmes/ready",
    "/loyalty/programmes/new",
    "/loyalty/programmes/club/edit",
    "/loyalty/programmes/club/history",
    "/loyalty/rules",
    "/loyalty/rules/club/kinds",
    "/loyalty/rules/club/vip/edit",
    "/loyalty/rules/club/new?kind=survey",
    "/loyalty/campaigns/club/spring/edit",
    "/loyalty/simulator?run=1&programme=club&trigger=purchase&amount=x",
    "/loyalty/simulator?run=1&programme=club&trigger=purchase&amount=9&customer_id={ann}",
    "/loyalty/tiers",
    "/loyalty/tiers/club/edit",
)


@pytest.fixture(scope="module")
def busy_club(
    server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Club]:
    """A retail club with a campaign and some trade in it."""
    build()
    url = fresh_database(server, template_database)
    platform = build_platform(Config(home=tmp_path_factory.mktemp("home")), url)
    switch_on(platform, "loyalty")
    club = Club(platform, utc_now())
    begin = club.now - timedelta(days=60)
    with platform.database.write(ACTOR, now=begin, dispatcher=platform.dispatcher) as session:
        retail_club(
            session, "club", currency="GBP", time_zone="Europe/London", now=begin, by="test"
        )
    club.campaign("spring", budget=5000, held_back=1000, starts_at=begin)
    york = {"key": "customers.city", "op": "is", "value": "York"}
    conditions = {"attributes": [york], "weekdays": [6, 7]}
    club.rule(
        "vip", campaign="spring", conditions=conditions, reward={"way": "fixed", "units": "5"}
    )
    club.buy(club.person("Ann", city="York"), "1250.40")
    club.read()
    yield club
    platform.database.dispose()
    drop_database(url)


@pytest.fixture(scope="module")
def office(busy_club: Club) -> Iterator[Office]:
    """The application at work."""
    platform = busy_club.platform
    with open_office(platform.database.url, platform.config.home) as found:
        yield found


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "look",
    [("en", 1280, "light"), ("zh", 1280, "dark"), ("zh", 360, "light"), ("en", 360, "dark")],
)
def test_every_page_is_in_order(
    chromium: Browser,
    office: Office,
    busy_club: Club,
    look: tuple[str, int, Literal["light", "dark"]],
) -> None:
    language, width, theme = look
    platform, found = busy_club.platform, []
    with platform.database.read() as session:
        ann = session.execute(select(Customer.id)).scalar_one()
    admin = Factories(platform.database, utc_now()).user(
        "admin", email=f"{language}{width}@example.com"
    )
    with sit_down(chromium, office, platform, admin, language=language, width=width) as desk:
        page = desk.page
        page.emulate_media(color_scheme=theme)
        for path in PAGES:
            page.goto(path.format(ann=ann))
            settled(page)
            wrong = [*violations(page), *overflow(page), *wrong_language(page, language)]
            said = [one for one in desk.take_complaints() if "422" not in one]
            found += [f"{path}: {one}" for one in (*wrong, *said)]

    assert found == []


def test_the_form_of_a_rule_follows_what_one_does(
    chromium: Browser, office: Office, busy_club: Club
) -> None:
    admin = Factories(busy_club.platform.database, utc_now()).user(
        "admin", email=f"{new_id().hex}@example.com"
    )
    with sit_down(chromium, office, busy_club.platform, admin) as desk:
        page = desk.page
        page.goto("/loyalty/rules/club/new?kind=amount")
        expect(page.locator("#sentence")).to_contain_text("1 point for each £1", timeout=PATIENCE)

        page.get_by_label("How many points").fill("3")
        expect(page.locator("#sentence")).to_contain_text("3 points for each £1", timeout=PATIENCE)
        page.locator("#field-attr-0-key").select_option(label="Birthday")
        expect(page.locator("#field-attr-0-value")).to_have_attribute(
            "type", "date", timeout=PATIENCE
        )
        page.locator("#field-attr-0-op").select_option(label="is known")
        expect(page.locator("#field-attr-0-value")).to_have_count(0, timeout=PATIENCE)
        expect(page.locator("#sentence")).to_contain_text("Birthday is known", timeout=PATIENCE)
        page.get_by_role("button", name="Save the rule").click()

        expect(page.locator("table").first).to_contain_text(
            "Only for members whose Birthday is known.", timeout=PATIENCE
        )
        assert desk.take_complaints() == []


def settled(page: Page) -> None:
    """Wait until nothing is asked of the server any more."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".htmx-request")).to_have_count(0, timeout=PATIENCE)
