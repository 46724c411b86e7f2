"""Pages of models and scores in a browser: both languages, light and dark, wide and narrow."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from plugins.scoring.tests.made import make_model
from plugins.scoring.tests.pages.looking import PATIENCE, faults_of
from plugins.scoring.tests.shop import Shop
from sqlalchemy import select
from tests.e2e.desk import sit_down
from tests.e2e.office import Office, open_office

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.web.frontend_build import build
from guanxi_scoring.models import LifetimeScore, Model, ThresholdSide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


class Market(Shop):
    """A shop whose lifetime model is fitted twice, with everything else that pages can show."""

    customer: UUID
    stranger: UUID
    admin: UUID

    def open(self) -> None:
        """Let trade happen, fit, score, and let something be wrong."""
        self.trade(150, days=200)
        self.stranger = self.person("Never bought 从未购买")
        self.buy(self.person("Anna"), self.now - timedelta(days=3))
        self.run("score")
        self.run("fit")
        self.run("score")
        self.deliver()
        self.admin = Factories(self.platform.database, self.now).user("admin")
        with self.write() as session:
            make_model(session, self.now, "waiting", refit_days=None)
            make_model(session, self.now, "away", state="archived")
            model = session.scalars(select(Model).where(Model.key == "lifetime")).one()
            model.alarm = {"message": "Something changed.", "values": {}}
            best = select(LifetimeScore.customer_id).order_by(LifetimeScore.clv_12m.desc())
            self.customer = session.scalars(best.limit(1)).one()
            side = {"customer_id": self.customer, "is_met": True, "since": self.now}
            session.add(ThresholdSide(threshold="scoring.p_alive < 0.5", **side))

    def addresses(self) -> list[str]:
        """Return the pages that are looked at."""
        return [
            "/",
            "/scoring/",
            "/scoring/?state=archived",
            "/scoring/models/lifetime",
            "/scoring/models/lifetime/versions/1",
            "/scoring/models/lifetime/compare",
            "/scoring/models/lifetime/edit",
            "/scoring/models/waiting",
            f"/scoring/customers/{self.customer}",
            f"/scoring/customers/{self.stranger}",
            f"/customers/{self.customer}",
        ]


@pytest.fixture(scope="module")
def market(
    server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Market]:
    """The market on a database of its own."""
    build()
    url = fresh_database(server, template_database)
    home: Path = tmp_path_factory.mktemp("home")
    platform = build_platform(Config(home=home), url)
    switch_on(platform, "scoring")
    market = Market(platform, utc_now())
    market.open()
    yield market
    platform.database.dispose()
    drop_database(url)


@pytest.fixture(scope="module")
def office(market: Market) -> Iterator[Office]:
    """The web of the market."""
    with open_office(market.platform.database.url, market.platform.config.home) as found:
        yield found


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 1280), ("zh", 360)])
def test_every_page_is_in_order(
    chromium: Browser, office: Office, market: Market, language: str, width: int
) -> None:
    found = []

    with sit_down(
        chromium, office, market.platform, market.admin, language=language, width=width
    ) as desk:
        for address in market.addresses():
            found += [f"{address}: {fault}" for fault in faults_of(desk, address, language)]

    assert "\n".join(found) == ""


def test_a_fit_is_asked_for_by_keyboard(chromium: Browser, office: Office, market: Market) -> None:
    with sit_down(chromium, office, market.platform, market.admin) as desk:
        page = desk.page
        page.goto("/scoring/models/lifetime")

        button = page.get_by_role("button", name="Fit anew")
        button.focus()
        page.keyboard.press("Enter")

        expect(page.locator(".flash-text")).to_contain_text("fitted", timeout=PATIENCE)
        expect(page.locator(".page-title-after")).to_contain_text("A fit waits")
        assert desk.take_complaints() == []


def test_archiving_asks_first(chromium: Browser, office: Office, market: Market) -> None:
    with sit_down(chromium, office, market.platform, market.admin) as desk:
        page = desk.page
        page.goto("/scoring/")

        page.get_by_role("button", name="Archive Waiting value").click()
        dialog = page.get_by_role("alertdialog")
        expect(dialog).to_contain_text("Its scores are removed from all customers")
        dialog.get_by_role("button", name="Yes").click()

        expect(page.locator(".flash-text")).to_contain_text("archive", timeout=PATIENCE)
        expect(page.get_by_role("link", name="Waiting value")).to_have_count(0)
