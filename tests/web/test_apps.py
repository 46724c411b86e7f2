"""The Apps pages and their API: what they say about plugins, and their switches."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from tests.touchpoints.conftest import Browser, browser

__all__ = ["browser"]

from guanxi.app import build_platform, create_app
from guanxi.audit.models import AuditEntry
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.platform import Platform
from guanxi.plugins import discovery
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine
from guanxi.plugins.states import PluginState as S
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.plugin_folder import PluginFolder, plugin_folder
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

BROKEN = Path(__file__).parents[1] / "contract" / "broken"
ADMIN = Actor("system", "test")
MakePlatform = Callable[..., Platform]
OpenBrowser = Callable[..., Browser]

JOBS = """
@hookimpl
def register_jobs():
    return [Job("score", Text("Work out scores", "计算评分"), run, "0 3 * * *")]

def run(session, now):
    pass
"""
FAILS = """
@hookimpl
def on_touchpoints_recorded(session, events):
    raise ValueError("no such shelf")

@hookimpl
def on_replay_started(session):
    pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    """An empty folder for plugins, on ``sys.path``."""
    with plugin_folder(tmp_path / "site") as opened:
        yield opened


@pytest.fixture
def make_platform(config: Config, database_url: str) -> Iterator[MakePlatform]:
    """Starts one more process, so to say: a platform of its own on the one database."""
    config.home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def make(**options: object) -> Platform:
            built = build_platform(replace(config, **options), database_url)  # type: ignore[arg-type]
            built.host.refresh_from(built.database)
            stack.callback(built.database.dispose)
            return built

        yield make


@pytest.fixture
def open_browser(factories: Factories) -> OpenBrowser:
    """An admin (or somebody else) at the pages of a platform."""

    def opened(platform: Platform, role: str = "admin") -> Browser:
        return Browser(create_app(platform), platform.database, factories.user(role))

    return opened


def switch_on(platform: Platform, *names: str) -> None:
    for name in names:
        enable(platform.database, platform.host, name, actor=ADMIN, now=utc_now())


def read_plainly(page: str) -> str:
    """The words of a page, without its marks."""
    words = re.sub(r"<[^>]+>", " ", page)
    return " ".join(words.replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<").split())


def test_list_says_what_each_plugin_is_for_and_how_it_stands(browser):
    page = read_plainly(browser.get("/apps/").text)

    assert "Hello 1.0 installed Greets customers, counts contacts by day" in page
    assert "It is there but was never switched on" in page
    assert "pip install guanxi-NAME" in page


def test_list_speaks_chinese(browser):
    page = browser.get("/apps/", Accept_Language="zh", Cookie="").text
    assert "Greets customers" in page  # the account's language comes first

    browser._client.set_cookie("guanxi_language", "zh")
    page = browser.get("/apps/").text
    assert "向客户问好,按天统计接触次数" in page
    assert "已安装" in page


def test_list_is_searched_in_both_languages_and_by_state(browser):
    assert "/apps/hello" in browser.get("/apps/?q=GREETS").text
    assert "/apps/hello" in browser.get("/apps/?q=问好").text
    assert "No app fits" in browser.get("/apps/?q=weather").text
    assert "/apps/hello" in browser.get("/apps/?group=unused").text
    assert "/apps/hello" not in browser.get("/apps/?group=in_use").text


def test_without_plugins_it_says_how_to_install_one(make_platform, open_browser, monkeypatch):
    monkeypatch.setattr(discovery, "GROUP", "guanxi.no_such_group")

    page = open_browser(make_platform()).get("/apps/").text

    assert "No plugins are installed yet" in page
    assert "pip install guanxi-hello" in page


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
    assert browser.get("/hello/").status_code == 200
    page = read_plainly(browser.get("/apps/hello").text)
    assert "It is enabled, for everybody and at once." in page
    assert "hello_days 0 rows" in page

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


@pytest.mark.parametrize(
    ("case", "state", "message", "advice"),
    [
        ("import", "failed", "RuntimeError: the moon is full.", "tell its author about this."),
        ("contract", "incompatible", "It works with contract >=9,<10", "then restart."),
        ("package", "failed", "no-such-package>=2, which is not", "Run: pip install"),
    ],
)
def test_broken_plugin_shows_what_is_wrong_and_what_to_do(
    make_platform, open_browser, case, state, message, advice
):
    with plugin_folder(BROKEN / case):
        browser = open_browser(make_platform())
        pages = browser.get("/apps/"), browser.get(f"/apps/broken_{case}")

    for page in pages:
        words = read_plainly(page.text)
        assert page.status_code == 200
        assert state in words
        assert message in words
        assert advice in words
    assert f'action="/apps/broken_{case}/enable"' not in pages[1].text


def test_enabling_with_a_bad_migration_says_why_and_stays_off(make_platform, open_browser):
    with plugin_folder(BROKEN / "migration"):
        platform = make_platform()
        answer = open_browser(platform).send("/apps/broken_migration/enable")

    assert answer.status_code == 409
    assert "waits for migration" in answer.text
    assert "UndefinedTable" in answer.text
    assert "Migrate and enable" in answer.text
    assert platform.host.enabled == frozenset()


def test_new_package_waits_for_a_restart(folder, make_platform, open_browser):
    browser = open_browser(make_platform())
    folder.add("latecomer")

    assert "Restart Guanxi to load the new packages." in browser.get("/apps/").text
    page = browser.get("/apps/latecomer")
    assert page.status_code == 200
    assert "waits for restart" in page.text
    assert 'action="/apps/latecomer/enable"' not in page.text


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


def test_health_shows_times_errors_backlog_and_parked_events(folder, make_platform, open_browser):
    folder.add("shelves", FAILS)
    platform = make_platform()
    switch_on(platform, "shelves")
    contact(platform)
    Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())
    platform.host.attendance.health.flush()
    contact(platform)
    browser = open_browser(platform)

    page = read_plainly(browser.get("/apps/shelves").text)

    assert "Events that wait for it 1" in page
    assert "Parked events 1" in page
    assert "ValueError: no such shelf" in page
    assert re.search(r"on_touchpoints_recorded [1-9]\d* [\d.]+ ms [\d.]+ ms [1-9]", page)


def test_job_is_queued_once(folder, make_platform, open_browser, session):
    folder.add("sample", JOBS)
    platform = make_platform()
    browser = open_browser(platform)
    assert browser.send("/apps/sample/jobs/score/run").status_code == 404  # not enabled
    switch_on(platform, "sample")

    browser.send("/apps/sample/jobs/score/run")
    browser.send("/apps/sample/jobs/score/run")

    assert "It waits for a worker already." in browser.get("/apps/sample").text
    queued = session.execute(text("SELECT args FROM procrastinate_jobs")).scalars().all()
    assert queued == [{"plugin": "sample", "job": "score"}]
    assert browser.send("/apps/sample/jobs/other/run").status_code == 404


def test_plugin_reads_the_events_again(browser, platform, session):
    switch_on(platform, "hello")
    contact(platform)
    drain(platform)
    first = contacts_counted(session)

    again = browser.send("/apps/hello/replay", {"from": "start"})
    forgotten = contacts_counted(session)
    drain(platform)

    assert again.status_code == 302
    assert (first, forgotten, contacts_counted(session)) == (1, 0, 1)


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30"])
def test_replay_from_no_day_is_refused(browser, platform, session, day):
    switch_on(platform, "hello")
    contact(platform)
    drain(platform)

    answer = browser.send("/apps/hello/replay", {"from": "day", "since": day})

    assert answer.status_code == 422
    assert "Choose the day" in answer.text
    assert contacts_counted(session) == 1


def test_replay_of_what_reads_nothing_is_not_found(folder, make_platform, open_browser):
    folder.add("quiet")

    assert open_browser(make_platform()).send("/apps/quiet/replay").status_code == 404


def test_uninstall_shows_rows_and_wants_the_name_before_it_drops(browser, platform, session):
    switch_on(platform, "hello")
    contact(platform)
    drain(platform)

    assert "hello_days 1" in read_plainly(browser.get("/apps/hello/uninstall").text)
    refused = browser.send("/apps/hello/uninstall", {"data": "drop", "confirmation": "Hello"})
    unsaid = browser.send("/apps/hello/uninstall", {"confirmation": "hello"})

    assert (refused.status_code, unsaid.status_code) == (422, 422)
    assert "Type hello to confirm" in refused.text
    assert contacts_counted(session) == 1
    browser.send("/apps/hello/uninstall", {"data": "drop", "confirmation": "hello"})
    assert "hello_days" not in inspect(platform.database.engine).get_table_names()
    assert platform.host.state("hello") is S.INSTALLED


def test_uninstall_that_keeps_data_only_switches_off(browser, platform, session):
    switch_on(platform, "hello")

    browser.send("/apps/hello/uninstall", {"data": "keep"})

    assert platform.host.state("hello") is S.DISABLED
    assert contacts_counted(session) == 0


def test_exported_data_is_downloaded_and_deleted(browser, platform, tmp_path):
    switch_on(platform, "hello")
    contact(platform)
    drain(platform)

    browser.send("/apps/hello/uninstall", {"data": "export", "confirmation": "hello"})

    address = re.search(r"/apps/exported-data/hello-\w+\.zip", browser.get("/apps/").text)
    assert address is not None
    saved = tmp_path / "saved.zip"
    saved.write_bytes(browser.get(address[0]).data)
    with ZipFile(saved) as archive:
        assert len(archive.read("hello_days.csv").splitlines()) == 2
    browser.send(f"{address[0]}/delete")
    assert browser.get(address[0]).status_code == 404


@pytest.mark.parametrize("file", ["..%2Fsecret.key", "secret.key", "hello-1.zip"])
def test_only_exported_files_are_handed_out(browser, file):
    assert browser.get(f"/apps/exported-data/{file}").status_code == 404


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


def test_unknown_plugin_is_not_found(browser):
    assert browser.get("/apps/nothing").status_code == 404
    assert browser.get("/apps/nothing/uninstall").status_code == 404
    assert browser.send("/apps/nothing/enable").status_code == 404


@pytest.mark.parametrize("role", ["staff", "viewer"])
def test_only_admins_see_and_switch_plugins(platform, open_browser, role):
    browser = open_browser(platform, role)

    assert browser.get("/apps/").status_code == 403
    assert browser.get("/apps/hello").status_code == 403
    assert browser.send("/apps/hello/enable").status_code == 403
    assert 'href="/apps/"' not in browser.get("/").text
    assert platform.host.enabled == frozenset()


def test_api_lists_and_switches(api: ApiClient, app: Flask, factories: Factories):
    before = api.get("/apps").json
    enabled = api.post("/apps/hello/enable")
    disabled = api.post("/apps/hello/disable", {})

    assert before["safe_mode"] is False
    (hello,) = [item for item in before["items"] if item["name"] == "hello"]
    assert (hello["state"], hello["problem"]) == ("installed", None)
    assert enabled.status_code == 200
    assert enabled.json["state"] == "enabled"
    assert enabled.json["brings"]["tables"] == [{"name": "hello_days", "rows": 0}]
    assert disabled.json == {"disabled": ["hello"]}
    assert api.get("/apps/hello").json["state"] == "disabled"
    assert api.get("/apps/nothing").status_code == 404
    assert ApiClient(app, factories.token("staff")).get("/apps").status_code == 403


def test_api_enables_once_for_one_key(api: ApiClient, session):
    first = api.post("/apps/hello/enable", Idempotency_Key="k1")
    again = api.post("/apps/hello/enable", Idempotency_Key="k1")

    assert (first.status_code, again.data) == (200, first.data)
    entries = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == "hello"))
    assert list(entries) == ["plugin.enabled"]


def test_api_releases_and_uninstalls(api: ApiClient, platform: Platform):
    api.post("/apps/hello/enable")
    quarantine(platform.database, "hello", Problem("Caught."), now=utc_now())

    assert api.post("/apps/hello/enable").status_code == 409
    assert api.post("/apps/hello/release").json["state"] == "enabled"
    assert api.post("/apps/hello/uninstall", {"data": "burn"}).status_code == 422
    assert api.post("/apps/hello/uninstall", {"data": "drop"}).status_code == 422
    gone = api.post("/apps/hello/uninstall", {"data": "export", "confirmation": "hello"})
    assert gone.status_code == 200
    assert gone.json["archive"].startswith("/apps/exported-data/hello-")
    assert api.get("/apps/hello").json["state"] == "installed"


def contact(platform: Platform) -> None:
    """Record a telephone call of nobody known."""
    now = utc_now()
    draft = Draft(channel="phone", kind="call", occurred_at=now)
    with platform.database.write(ADMIN, now=now) as writing:
        record(writing, draft, now=now)


def drain(platform: Platform) -> None:
    """Let every reader read to the end of the log."""
    Delivery(platform.database, platform.vocabulary).drain(ReadersAtWork(platform)())


def contacts_counted(session) -> int:
    """What the plugin Hello derived from the log."""
    return session.execute(text("SELECT coalesce(sum(contacts), 0) FROM hello_days")).scalar_one()
