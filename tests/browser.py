"""The one browser of a test process, for all folders with browser tests.

There is one because Playwright keeps a loop of its own running in the thread that started it, and
a second one in that thread is refused.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
REQUIRED = "GUANXI_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Debian's Chromium; a machine without it skips, the build server fails."""
    if not CHROMIUM.exists():
        say = pytest.fail if os.environ.get(REQUIRED) else pytest.skip
        say(f"BROWSER TESTS NOT RUN: {CHROMIUM} is missing (apt-get install chromium)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow; most runs need none

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
