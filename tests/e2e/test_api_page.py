"""The page to try the API: requests are real, come from the page's own session, and stay here."""

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.company import Company
from tests.e2e.conftest import OpenDesk
from tests.e2e.office import Office

pytestmark = pytest.mark.browser


def try_out(page: Page, operation: str, body: str | None = None) -> tuple[str, str]:
    """Open an operation, send it as it stands or with another body; return status and answer."""
    page.locator(f"#operations-tag-{operation.partition('-')[0]}").click()
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    if body is not None:
        block.locator("textarea.body-param__text").fill(body)
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response").first
    expect(answer).to_be_visible()
    status = answer.locator(".response-col_status").inner_text().split()[0]
    return status, answer.locator(".response-col_description").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_operation_is_read_and_tried(
    open_desk: OpenDesk, busy_office: Office, busy_company: Company, language: str
) -> None:
    admin = busy_company.ids["admin"]
    page = open_desk(busy_office, busy_company.platform, admin, language=language).page

    page.goto("/api/docs")
    status, answer = try_out(page, "users-users_show_me")

    assert status == "200"
    assert str(admin) in answer


def test_a_change_is_tried(page: Page) -> None:
    page.goto("/api/docs")

    status, answer = try_out(page, "work-work_create_task", '{"title": "From the page"}')

    assert status == "201"
    assert "From the page" in answer
