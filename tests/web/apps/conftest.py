"""What the tests of the Apps pages share: processes on one database, browsers, a few steps."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.touchpoints.conftest import Browser, browser

from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.factories import Factories
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

__all__ = ["browser"]

ADMIN = Actor("system", "test")
MakePlatform = Callable[..., Platform]
OpenBrowser = Callable[..., Browser]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    """An empty folder for plugins, on ``sys.path``."""
    with plugin_folder(tmp_path / "site") as opened:
        yield opened


@pytest.fixture
def make_platform(config: Config, database_url: str) -> Iterator[MakePlatform]:
    """Starts one more process, so to say: a platform of its own on the one database."""
    config.home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def make(**options: object) -> Platform:
            built = build_platform(replace(config, **options), database_url)  # type: ignore[arg-type]
            built.host.refresh_from(built.database)
            stack.callback(built.database.dispose)
            assert built.host.attendance is not None
            stack.callback(built.host.attendance.stop)
            return built

        yield make


@pytest.fixture
def open_browser(factories: Factories) -> OpenBrowser:
    """An admin (or somebody else) at the pages of a platform."""

    def opened(platform: Platform, role: str = "admin") -> Browser:
        return Browser(create_app(platform), platform.database, factories.user(role))

    return opened


def switch_on(platform: Platform, *names: str) -> None:
    """Enable plugins, one after the other."""
    for name in names:
        enable(platform.database, platform.host, name, actor=ADMIN, now=utc_now())


def read_plainly(page: str) -> str:
    """The words of a page, without its marks."""
    words = re.sub(r"<[^>]+>", " ", page)
    return " ".join(words.replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<").split())


def contact(platform: Platform) -> None:
    """Record a telephone call of nobody known."""
    now = utc_now()
    draft = Draft(channel="phone", kind="call", occurred_at=now)
    with platform.database.write(ADMIN, now=now) as writing:
        record(writing, draft, now=now)


def drain(platform: Platform) -> None:
    """Let every reader read to the end of the log."""
    Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())


def contacts_counted(session) -> int:
    """What the plugin Hello derived from the log."""
    return session.execute(text("SELECT coalesce(sum(contacts), 0) FROM hello_days")).scalar_one()
