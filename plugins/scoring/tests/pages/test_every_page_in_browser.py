"""Every page of scoring in a browser, with something on it: languages, widths, light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from plugins.scoring.tests.pages.bazaar import Bazaar
from plugins.scoring.tests.pages.looking import faults_of
from tests.e2e.desk import sit_down
from tests.e2e.office import Office, open_office

from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.web.frontend_build import build

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def bazaar(
    server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bazaar]:
    """The company on a database of its own."""
    build()
    url = fresh_database(server, template_database)
    home: Path = tmp_path_factory.mktemp("home")
    platform = build_platform(Config(home=home), url)
    switch_on(platform, "scoring")
    bazaar = Bazaar(platform, utc_now())
    bazaar.open()
    yield bazaar
    platform.database.dispose()
    drop_database(url)


@pytest.fixture(scope="module")
def office(bazaar: Bazaar) -> Iterator[Office]:
    """Its web."""
    with open_office(bazaar.platform.database.url, bazaar.platform.config.home) as found:
        yield found


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 360)])
def test_every_page_is_in_order(
    chromium: Browser, office: Office, bazaar: Bazaar, language: str, width: int
) -> None:
    addresses = bazaar.addresses(create_app(bazaar.platform))
    found = []

    with sit_down(
        chromium, office, bazaar.platform, bazaar.admin, language=language, width=width
    ) as desk:
        for address in addresses.values():
            found += [f"{address}: {fault}" for fault in faults_of(desk, address, language)]

    assert "\n".join(found) == ""
    assert len(addresses) > 40
