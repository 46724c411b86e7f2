"""Personal data in the browser: what is held, a copy, erasure after typing the name."""

from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, make
from tests.touchpoints.conftest import Browser, browser

from guanxi.platform import Platform
from guanxi.privacy import jobs
from guanxi.privacy import pages as listing
from guanxi.privacy.models import PrivacyRequest

__all__ = ["browser", "make"]


@pytest.fixture
def ann(make: Make) -> UUID:
    """A customer."""
    return make("Ann Lee", email="ann@example.com")


def test_the_page_counts_what_is_held(browser: Browser, ann: UUID) -> None:
    page = browser.get(f"/privacy/customers/{ann}").text

    assert "Ways to reach them" in page
    assert "Type the name Ann Lee" in page


def test_a_copy_is_asked_for_and_fetched(
    browser: Browser, platform: Platform, session: Session, ann: UUID
) -> None:
    browser.send(f"/privacy/customers/{ann}/export", {"note": "By phone"})
    request = session.scalars(select(PrivacyRequest)).one()
    jobs.run(platform, request.id)

    path = f"/privacy/requests/{request.id}/file"
    assert path in browser.get("/privacy/").text
    with browser.get(path) as archive:
        assert archive.headers["Content-Type"] == "application/zip"
        assert archive.headers["Cache-Control"].startswith("no-store")


def test_erasure_needs_the_name_typed(
    browser: Browser, platform: Platform, session: Session, ann: UUID
) -> None:
    path = f"/privacy/customers/{ann}/erase"
    wrong = browser.send(path, {"name": "ann"})
    assert session.scalars(select(PrivacyRequest)).all() == []

    browser.send(path, {"name": "Ann Lee"})
    jobs.run(platform, session.scalars(select(PrivacyRequest.id)).one())

    assert wrong.status_code == 422
    assert "exactly as it is shown" in wrong.text
    assert "Erased customer" in browser.get(f"/privacy/customers/{ann}").text
    assert "Ann Lee" not in browser.get("/privacy/").text


def test_the_list_goes_on_with_older_requests(
    browser: Browser, ann: UUID, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS", 1)
    browser.send(f"/privacy/customers/{ann}/export")
    browser.send(f"/privacy/customers/{make('Bob Ray')}/export")

    first = browser.get("/privacy/").text
    older = unescape(first).partition('href="/privacy/?before=')[2].partition('"')[0]
    second = browser.get(f"/privacy/?before={older}").text

    assert ("Bob Ray" in first, "Ann Lee" in first) == (True, False)
    assert ("Bob Ray" in second, "Ann Lee" in second) == (False, True)


def test_a_wrong_place_in_the_list_is_refused(browser: Browser) -> None:
    assert browser.get("/privacy/?before=x").status_code == 422
