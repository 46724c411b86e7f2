"""Enable, disable, release: through the page, for all processes at once."""

from pathlib import Path

from sqlalchemy import select
from tests.web.apps.conftest import read_plainly, switch_on

from guanxi.audit.models import AuditEntry
from guanxi.clock import utc_now
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine
from guanxi.plugins.states import PluginState as S
from guanxi.testkit.plugin_folder import plugin_folder

BROKEN = Path(__file__).parents[2] / "contract" / "broken"


def test_what_a_plugin_brings_is_shown_before_it_is_enabled(browser):
    page = read_plainly(browser.get("/apps/hello").text)

    assert "hello_days made when it is enabled" in page
    assert "See contacts by day hello.view" in page
    assert "GET /hello/ hello.view" in page
    assert "Days known hello.days" in page
    assert "Settings Greeting" in page
    assert "slot_customer_panel" in page
    assert "Needs nothing else" in page


def test_plugin_is_enabled_and_disabled_through_the_page(browser, session, platform):
    assert browser.get("/hello/").status_code == 404

    enabled = browser.send("/apps/hello/enable")
    assert (enabled.status_code, enabled.location) == (302, "/apps/hello")
    page = read_plainly(browser.get("/apps/hello").text)
    assert "It is enabled, for everybody and at once." in page
    assert "hello_days 0 rows" in page
    assert browser.get("/hello/").status_code == 200

    browser.send("/apps/hello/disable")
    assert browser.get("/hello/").status_code == 404
    assert platform.host.state("hello") is S.DISABLED
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == "hello"))
    assert list(actions) == ["plugin.enabled", "plugin.disabled"]


def test_other_processes_notice_at_their_next_request(make_platform, open_browser):
    first, second = open_browser(make_platform()), open_browser(make_platform())

    first.send("/apps/hello/enable")
    assert second.get("/hello/").status_code == 200

    second.send("/apps/hello/disable")
    assert first.get("/hello/").status_code == 404


def test_plugin_that_others_need_goes_only_with_those_the_person_was_asked_about(
    folder, make_platform, open_browser
):
    folder.add("shelf")
    folder.add("book", manifest="requires=('shelf',)")
    folder.add("page", manifest="requires=('book',)")
    platform = make_platform()
    browser = open_browser(platform)
    refused = browser.send("/apps/book/enable")
    switch_on(platform, "shelf", "book")
    offered = browser.get("/apps/shelf").text
    switch_on(platform, "page")  # meanwhile, somebody else

    late = browser.send("/apps/shelf/disable", {"together": "book"})

    assert refused.status_code == 409
    assert "book needs shelf. Enable that first." in refused.text
    assert 'name="together" value="book"' in offered
    assert late.status_code == 409
    assert "book, page need shelf" in late.text
    assert {"shelf", "book", "page"} <= platform.host.enabled
    browser.send("/apps/shelf/disable", {"together": "book page"})
    assert platform.host.enabled == frozenset()


def test_what_has_to_be_enabled_first_is_named(folder, make_platform, open_browser):
    folder.add("shelf")
    folder.add("book", manifest="requires=('shelf',)")

    page = open_browser(make_platform()).get("/apps/book").text

    assert "Enable these first:" in page
    assert 'href="/apps/shelf"' in page
    assert 'action="/apps/book/enable"' not in page


def test_enabling_with_a_bad_migration_says_why_and_stays_off(make_platform, open_browser):
    with plugin_folder(BROKEN / "migration"):
        platform = make_platform()
        answer = open_browser(platform).send("/apps/broken_migration/enable")

    assert answer.status_code == 409
    assert "waits for migration" in answer.text
    assert "UndefinedTable" in answer.text
    assert "Migrate and enable" in answer.text
    assert platform.host.enabled == frozenset()


def test_quarantined_plugin_shows_why_and_is_released(browser, platform):
    switch_on(platform, "hello")
    problem = Problem("It failed too often, the last time with: %(why)s.", "Mend it.", {"why": "x"})
    quarantine(platform.database, "hello", problem, now=utc_now())

    page = read_plainly(browser.get("/apps/hello").text)
    assert browser.get("/hello/").status_code == 404
    assert "It failed too often, the last time with: x." in page
    assert "Mend it." in page

    browser.send("/apps/hello/release")
    assert browser.get("/hello/").status_code == 200
    assert browser.send("/apps/hello/release").status_code == 404


def test_safe_mode_says_so_and_lets_a_plugin_be_disabled(make_platform, open_browser):
    switch_on(make_platform(), "hello")
    safe = make_platform(safe_mode=True)
    browser = open_browser(safe)

    assert "Guanxi runs in safe mode" in browser.get("/apps/").text
    page = browser.get("/apps/hello").text
    assert "Guanxi runs in safe mode" in page
    assert 'action="/apps/hello/enable"' not in page

    browser.send("/apps/hello/disable")
    assert make_platform().host.state("hello") is S.DISABLED
