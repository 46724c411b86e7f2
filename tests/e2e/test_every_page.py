"""Every page of the application, in both languages, light and dark, wide and narrow."""

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.addresses import EXEMPT, FRAGMENTS, SIGNED_OUT, addresses, page_rules
from tests.e2e.company import Company
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looking import overflow, violations, wrong_language
from tests.e2e.office import Office

from guanxi.app import create_app

pytestmark = pytest.mark.browser

SWAGGER = "docs.explorer"
"""Drawn by Swagger UI, which speaks English only and keeps its own colours; its frame is ours."""
LOOKS = [
    pytest.param(language, width, id=f"{language}-{width}")
    for width in (1280, 360)
    for language in ("zh", "en")
]


def test_no_page_is_left_out(company: Company) -> None:
    app = create_app(company.platform)
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    covered = addresses(app, company)

    assert {rule.endpoint for rule in page_rules(app)} <= covered.keys()
    assert {*EXEMPT, *FRAGMENTS} - endpoints == set()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_every_page_is_in_order(
    open_desk: OpenDesk, office: Office, company: Company, language: str, width: int
) -> None:
    look = {"language": language, "width": width}
    admin = open_desk(office, company.platform, company.ids["admin"], **look)
    nobody = open_desk(office, company.platform, **look)
    found = []

    for name, address in addresses(create_app(company.platform), company).items():
        desk = nobody if name in SIGNED_OUT else admin
        found += [f"{name}: {fault}" for fault in faults_of(desk, address, language, name)]

    assert "\n".join(found) == ""


def faults_of(desk: Desk, address: str, language: str, name: str) -> list[str]:
    """Open a page and return everything that is wrong with it."""
    page = desk.page
    page.emulate_media(color_scheme="light")
    answer = page.goto(address)
    assert answer is not None
    status = [] if answer.status == 200 else [f"status {answer.status}"]
    wait_until_drawn(page)
    found = [*status, *desk.take_complaints(), *overflow(page)]
    if name == SWAGGER:
        return found
    found += wrong_language(page, language) + violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark {one}" for one in violations(page, only="color-contrast")]
    return found + desk.take_complaints()


def wait_until_drawn(page: Page) -> None:
    """Wait for what a page fetches after it was loaded."""
    expect(page.locator(".htmx-request, [hx-trigger=load]")).to_have_count(0)
