"""What is wrong with a page of scoring in a browser."""

from playwright.sync_api import expect
from tests.e2e.desk import Desk
from tests.e2e.looking import overflow, violations, wrong_language

PATIENCE = 20_000
"""Milliseconds that a busy machine may take for an answer."""


def faults_of(desk: Desk, address: str, language: str) -> list[str]:
    """Open a page and return everything that is wrong with it, in light and in dark."""
    page = desk.page
    page.emulate_media(color_scheme="light")
    answer = page.goto(address)
    assert answer is not None
    expect(page.locator(".htmx-request, [hx-trigger=load]")).to_have_count(0, timeout=PATIENCE)
    found = [] if answer.status == 200 else [f"status {answer.status}"]
    found += [*desk.take_complaints(), *overflow(page), *wrong_language(page, language)]
    found += violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark {one}" for one in violations(page, only="color-contrast")]
    return found + desk.take_complaints()
