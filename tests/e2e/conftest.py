"""The company at work: the real application on a real database, and people at browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page
from tests.e2e.company import Company, found
from tests.e2e.desk import Desk, sit_down
from tests.e2e.office import Office, open_office

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.platform import Platform
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.web.frontend_build import build

BROKEN_PLUGIN = Path(__file__).parents[1] / "contract" / "broken" / "package"
OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def new_platform(
    server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Platform]]:
    """Makes platforms, each on a database and in a folder of its own."""
    build()
    with ExitStack() as stack:

        def make() -> Platform:
            url = fresh_database(server, template_database)
            stack.callback(drop_database, url)
            home = tmp_path_factory.mktemp("home")
            platform = build_platform(Config(home=home), url)
            stack.callback(platform.database.dispose)
            return platform

        yield make


@pytest.fixture(scope="session")
def company(new_platform: Callable[[], Platform]) -> Company:
    """A company to look at. Tests that change something use :func:`busy_company`."""
    return found(new_platform(), utc_now())


@pytest.fixture(scope="session")
def office(company: Company) -> Iterator[Office]:
    """The company's application; one of its plugins is broken."""
    platform = company.platform
    with open_office(platform.database.url, platform.config.home, plugins=BROKEN_PLUGIN) as running:
        yield running


@pytest.fixture(scope="session")
def busy_company(new_platform: Callable[[], Platform]) -> Company:
    """A company whose data the journeys change; each names what it leaves behind."""
    return found(new_platform(), utc_now())


@pytest.fixture(scope="session")
def busy_office(busy_company: Company) -> Iterator[Office]:
    """Web with two processes, and a worker, of :func:`busy_company`."""
    platform = busy_company.platform
    with open_office(platform.database.url, platform.config.home, worker=True) as running:
        yield running


@pytest.fixture
def open_desk(chromium: Browser) -> Iterator[OpenDesk]:
    """``open_desk(office, company.platform, user_id)``: somebody at a browser, signed in.

    What a page complains about (errors of its console, requests to other hosts) fails the test.
    """
    with ExitStack() as stack:
        desks: list[Desk] = []

        def opening(
            office: Office, platform: Platform, user_id: UUID | None = None, **look: object
        ) -> Desk:
            desk = stack.enter_context(sit_down(chromium, office, platform, user_id, **look))
            desks.append(desk)
            return desk

        yield opening
        assert [complaint for desk in desks for complaint in desk.complaints] == []


@pytest.fixture
def page(open_desk: OpenDesk, busy_office: Office, busy_company: Company) -> Page:
    """The admin of the busy company at a wide browser in English."""
    return open_desk(busy_office, busy_company.platform, busy_company.ids["admin"]).page
