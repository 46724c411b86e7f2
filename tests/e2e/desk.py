"""Somebody at a browser, who notes what the pages complain about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from tests.e2e.office import Office

from guanxi.access import sessions
from guanxi.clock import utc_now
from guanxi.platform import Platform

LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass
class Desk:
    """A page, and what was wrong with what it showed so far."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def take_complaints(self) -> list[str]:
        """Return what was noted since the last time, and forget it."""
        found = list(self.complaints)
        self.complaints.clear()
        return found

    def listen(self) -> None:
        """Note errors of the console, of scripts, of the policy, and calls of other hosts."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")


@contextmanager
def sit_down(
    browser: Browser,
    office: Office,
    platform: Platform,
    user_id: UUID | None = None,
    *,
    language: str = "en",
    width: int = 1280,
) -> Iterator[Desk]:
    """Open a browser in a language and width; ``user_id`` is signed in, if it is given."""
    context = browser.new_context(
        base_url=office.address,
        viewport={"width": width, "height": 800},
        locale=LOCALES[language],
        reduced_motion="reduce",
        color_scheme="light",
    )
    cookies = {"guanxi_language": language}
    if user_id is not None:
        cookies["guanxi"] = _session_of(platform, user_id)
    context.add_cookies(
        [{"name": name, "value": value, "url": office.address} for name, value in cookies.items()]
    )
    context.set_default_timeout(20_000)
    desk = Desk(context.new_page(), office.address)
    desk.listen()
    yield desk
    context.close()


def _session_of(platform: Platform, user_id: UUID) -> str:
    session_id = sessions.new_session_id()
    with platform.database.autocommit.connect() as connection:
        sessions.save_session(
            connection, session_id, user_id=user_id, data={}, address=None, browser="test",
            now=utc_now(),
        )  # fmt: skip
    return session_id
