"""Settings in the web: the form of a schema, secrets, two people at once, a test mail."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.messages.conftest import Mailbox, mail_server, mailbox, office
from tests.touchpoints.conftest import Browser, browser
from tests.web.apps.conftest import folder, make_platform, open_browser, switch_on
from werkzeug.test import TestResponse

from guanxi.operations.backup import make_backup
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.plugin_folder import PluginFolder

__all__ = ["browser", "folder", "mail_server", "mailbox", "make_platform", "office", "open_browser"]
CANARY = "hunter2-canary"
HOOKS = """
from marshmallow import Schema, fields
class Choices(Schema):
    loud = fields.Boolean(load_default=True)
    limit = fields.Integer(strict=True, load_default=3)
    key = fields.String(load_default="", metadata={"secret": True})
@hookimpl
def register_settings():
    return Choices
"""


@pytest.fixture
def shop(folder: PluginFolder, make_platform: Callable[..., Platform]) -> Platform:
    """A platform whose plugin ``sample`` has settings."""
    folder.add("sample", HOOKS)
    platform = make_platform()
    switch_on(platform, "sample")
    return platform


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def save(browser: Browser, scope: str, values: dict[str, str]) -> TestResponse:
    """Send the form of a scope, as it is now, with these values."""
    seen = version(browser.get(f"/settings/{scope}").text)
    return browser.send(f"/settings/{scope}", {"version": seen, **values})


def test_a_plugins_schema_becomes_a_form(
    shop: Platform, open_browser: Callable[..., Browser]
) -> None:
    page = open_browser(shop).get("/settings/sample").text

    assert re.search(r'<input[^>]*type="checkbox"[^>]*name="loud"[^>]*checked', page)
    assert re.search(r'<input[^>]*type="number"[^>]*name="limit"[^>]*value="3"', page)
    assert re.search(r'<input[^>]*type="password"[^>]*name="key"', page)


def test_a_box_that_is_on_by_default_is_switched_off_and_stays_so(
    shop: Platform, open_browser: Callable[..., Browser]
) -> None:
    browser = open_browser(shop)

    save(browser, "sample", {"limit": "3"})

    page = browser.get("/settings/sample").text
    assert not re.search(r'name="loud"[^>]*checked', page)
    assert shop.settings.get("sample")["loud"] is False


def test_a_value_that_was_dropped_from_the_schema_harms_nobody(shop: Platform) -> None:
    with shop.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO settings (scope, values, schema_version, updated_at) VALUES "
                '(\'sample\', \'{"gone": 1, "limit": "not a number"}\', 1, now())'
            )
        )

    assert shop.settings.get("sample") == {"loud": True, "limit": 3, "key": ""}


def test_a_secret_is_nowhere_to_be_read(
    browser: Browser, api: ApiClient, platform: Platform, tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    sent = save(browser, "core", {"smtp_password": CANARY, "currency": "wrong"})
    assert sent.status_code == 422
    save(browser, "core", {"smtp_password": CANARY, "currency": "GBP"})
    platform.host.refresh_from(platform.database)
    assert platform.settings.get("core")["smtp_password"] == CANARY

    make_backup(platform.config, platform.database, tmp_path / "backup.tar")

    pages = ("/settings/core", "/settings/core/history", "/audit/", "/health")
    told = [sent.text, *(browser.get(path).text for path in pages)]
    told += [api.get(path).text for path in ("/settings/core", "/settings/core/history")]
    told += [(tmp_path / "backup.tar").read_bytes().decode("latin-1"), *capfd.readouterr()]
    assert [CANARY in one for one in told] == [False] * len(told)


def test_two_people_at_once_do_not_undo_each_other_unseen(browser: Browser) -> None:
    seen = version(browser.get("/settings/core").text)
    first = browser.send("/settings/core", {"company": "First", "version": seen})

    second = browser.send("/settings/core", {"company": "Second", "version": seen})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "Somebody changed these settings meanwhile" in second.text
    assert 'value="First"' in browser.get("/settings/core").text
    again = {"company": "Second", "version": version(second.text)}
    assert browser.send("/settings/core", again).status_code == 302
    assert 'value="Second"' in browser.get("/settings/core").text


@pytest.mark.parametrize("limit", ["--5", "-", "5-", "9" * 5000, "²"])
def test_a_number_that_is_none_is_told_at_its_field(
    shop: Platform, open_browser: Callable[..., Browser], limit: str
) -> None:
    answer = save(open_browser(shop), "sample", {"limit": limit})

    assert answer.status_code == 422
    assert 'id="field-limit-error"' in answer.text


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 5000])
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(
    browser: Browser, seen: str
) -> None:
    answer = browser.send("/settings/core", {"company": "Other", "version": seen})

    assert answer.status_code == 409
    assert 'value="Other"' not in browser.get("/settings/core").text


def test_a_change_is_listed_with_its_difference_and_taken_back(
    browser: Browser, platform: Platform
) -> None:
    save(browser, "core", {"company": "Tea House"})
    page = browser.get("/settings/core/history").text
    assert "<ins>Tea House</ins>" in page
    assert "Grace" in page
    take_back = re.search(r'action="(/settings/core/history/\d+/roll-back)"', page)
    assert take_back is not None

    elsewhere = browser.send(take_back[1].replace("/core/", "/hello/"))
    browser.send(take_back[1])

    assert elsewhere.status_code == 404
    platform.host.refresh_from(platform.database)
    assert platform.settings.get("core")["company"] == ""


def test_going_back_to_the_default_is_in_the_audit_log(
    browser: Browser, platform: Platform
) -> None:
    save(browser, "core", {"company": "Tea House"})
    save(browser, "core", {"company": ""})

    with platform.database.read() as session:
        query = "SELECT before, after FROM audit_entries WHERE action = 'settings.changed'"
        entries = session.execute(text(f"{query} ORDER BY id")).all()
    assert [entry.before["company"] for entry in entries] == [None, "Tea House"]
    assert [entry.after["company"] for entry in entries] == ["Tea House", None]


def test_a_test_mail_goes_to_whoever_asks(
    office: Platform, browser: Browser, mailbox: Mailbox
) -> None:
    browser.send("/messages/test-mail")

    assert [mail["To"] for mail in mailbox.mails] == ["admin1@example.com"]
    assert "A test mail is on its way to admin1@example.com." in browser.get("/settings/core").text


def test_without_its_key_a_secret_is_empty_and_the_pages_still_open(
    browser: Browser, platform: Platform, make_platform: Callable[..., Platform],
    open_browser: Callable[..., Browser],
) -> None:  # fmt: skip
    save(browser, "core", {"smtp_password": CANARY, "company": "Tea House"})

    other = make_platform(secret_key="another key of forty characters, or more")
    page = open_browser(other).get("/settings/core")

    assert page.status_code == 200
    assert 'value="Tea House"' in page.text
    with other.database.read() as session:
        assert other.settings.unreadable(session) == ["core.smtp_password"]


def test_a_form_without_a_version_is_told_just_that(browser: Browser) -> None:
    answer = browser.send("/settings/core", {"company": "First"})

    assert answer.status_code == 409
    assert "This form does not say which version it shows." in answer.text
    assert 'value="First"' in answer.text
