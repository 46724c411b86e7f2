"""Pages when there is nothing yet, when something is wrong, and for those who may not see them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.company import Company
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looking import overflow, violations, wrong_language
from tests.e2e.office import Office, open_office

from guanxi.access.first_admin import first_admin_link
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform

pytestmark = pytest.mark.browser

EMPTY_LISTS = (
    "/", "/tasks", "/notifications", "/customers/", "/touchpoints/", "/rewards/", "/messages/",
    "/customers/duplicates", "/privacy/", "/touchpoints/unassigned", "/imports/", "/exports/",
    "/webhooks/", "/messages/templates", "/customers/fields", "/rewards/waiting",
    "/touchpoints/planned", "/settings/core/history",
)  # fmt: skip
FORMS = (
    ("/customers/new", "Save"),
    ("/customers/new?kind=organisation", "Save"),
    ("/users/new", "Make the invitation"),
    ("/users/roles/new", "Save"),
    ("/webhooks/new", "Save"),
    ("/messages/templates/new", "Save"),
    ("/tasks/new", "Save"),
    ("/customers/fields/new", "Save"),
    ("/imports/new", "Continue"),
)
_LET_EVERYTHING_THROUGH = """() => {
  for (const form of document.forms) form.noValidate = true;
}"""


@pytest.fixture(scope="session")
def empty(new_platform: Callable[[], Platform]) -> Platform:
    """A new installation: nobody has ever signed in."""
    return new_platform()


@pytest.fixture(scope="session")
def empty_office(empty: Platform) -> Iterator[Office]:
    """The application of the new installation."""
    with open_office(empty.database.url, empty.config.home) as running:
        yield running


def sign_in_first(desk: Desk, platform: Platform) -> Page:
    """Sign the first admin in by the link that ``guanxi run`` prints."""
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        token = first_admin_link(session, now=utc_now())
    desk.page.goto(f"/sign-in/link/{token}")
    desk.page.locator("form button[type=submit]").last.click()
    expect(desk.page.locator(".shell, body:not(.bare)").first).to_be_visible()
    return desk.page


@pytest.mark.slow
def test_the_first_admin_signs_in_by_a_link_and_finds_out_what_to_do(
    open_desk: OpenDesk, empty: Platform, empty_office: Office
) -> None:
    desk = open_desk(empty_office, empty, language="zh")
    page = sign_in_first(desk, empty)
    silent, faults = [], []

    for address in EMPTY_LISTS:
        page.goto(address)
        states = page.locator(".empty-state")
        if states.count() == 0 or not states.first.locator(".empty-state-text").inner_text():
            silent.append(address)
        found = [*overflow(page), *wrong_language(page, "zh"), *violations(page)]
        faults += [f"{address}: {one}" for one in found]

    assert silent == []
    assert "\n".join(faults) == ""


@pytest.mark.parametrize(("address", "button"), FORMS)
def test_a_form_says_what_is_missing(
    open_desk: OpenDesk, office: Office, company: Company, address: str, button: str
) -> None:
    """Also when the browser's own check is not there."""
    desk = open_desk(office, company.platform, company.ids["admin"])
    page = desk.page
    page.goto(address)
    page.evaluate(_LET_EVERYTHING_THROUGH)

    page.locator("main").get_by_role("button", name=button, exact=True).click()

    wrong = page.locator("main .notice-danger, main [aria-invalid=true]").first
    expect(wrong).to_be_visible()
    assert violations(page) == []
    refusals = [one for one in desk.take_complaints() if "status of 4" not in one]
    assert refusals == []


@pytest.mark.parametrize(
    ("address", "status"),
    [("/customers/00000000-0000-7000-8000-000000000000", 404), ("/nowhere", 404), ("/users/", 403)],
)
def test_what_is_not_there_or_not_allowed_is_said_on_a_page(
    open_desk: OpenDesk, office: Office, company: Company, address: str, status: int
) -> None:
    faults = []

    for language in ("zh", "en"):
        look = {"language": language, "width": 360}
        desk = open_desk(office, company.platform, company.ids["staff"], **look)
        answer = desk.page.goto(address)
        assert answer is not None
        assert answer.status == status
        expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
        faults += [*violations(desk.page), *overflow(desk.page)]
        faults += wrong_language(desk.page, language)
        desk.take_complaints()

    assert faults == []


def test_a_wrong_password_is_said_without_telling_who_works_here(
    open_desk: OpenDesk, office: Office, company: Company
) -> None:
    desk = open_desk(office, company.platform)
    said = []

    for email in ("grace@lantern.example", "nobody@lantern.example"):
        desk.page.goto("/sign-in")
        desk.page.get_by_label("E-mail").fill(email)
        desk.page.get_by_label("Password").fill("not the password")
        desk.page.keyboard.press("Enter")
        notice = desk.page.get_by_role("alert").first
        expect(notice).to_be_visible()
        said.append(notice.inner_text())

    assert said[0] == said[1]
    assert violations(desk.page) == []
    desk.take_complaints()
