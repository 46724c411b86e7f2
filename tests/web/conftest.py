"""The gallery, served on a port of its own, in the browser of ``tests/browser.py``."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from tests.web.gallery_app import create_gallery
from werkzeug.serving import make_server

from guanxi.web.frontend_build import build

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the running gallery, with the front end built."""
    build()
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chromium: Browser, gallery: str) -> Iterator[OpenPage]:
    """Open a page of the gallery; errors in its console fail the test at the end.

    Violations of the Content-Security-Policy are errors of the console, too.
    """
    complaints: list[str] = []
    contexts = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def open_one(
        path: str = "/gallery", *, width: int = 1280, theme: str = "light", locale: str = "en"
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, reduced_motion="reduce", base_url=gallery
        )
        contexts.append(context)
        cookies = {"guanxi_theme": theme, "locale": locale}
        context.add_cookies(
            [{"name": name, "value": value, "url": gallery} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
