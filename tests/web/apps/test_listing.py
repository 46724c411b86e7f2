"""What the list of plugins says."""

from pathlib import Path

import pytest
from tests.web.apps.conftest import read_plainly

from guanxi.plugins import discovery
from guanxi.testkit.plugin_folder import plugin_folder

BROKEN = Path(__file__).parents[2] / "contract" / "broken"


def test_list_says_what_each_plugin_is_for_and_how_it_stands(browser):
    page = read_plainly(browser.get("/apps/").text)

    assert "Hello 1.0 installed Greets customers, counts contacts by day" in page
    assert "It is there but was never switched on" in page
    assert "pip install guanxi-NAME" in page


def test_list_speaks_chinese(browser):
    browser.send("/language", {"locale": "zh"})

    page = browser.get("/apps/").text

    assert "向客户问好，按天统计接触次数" in page
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


def test_new_package_waits_for_a_restart(folder, make_platform, open_browser):
    browser = open_browser(make_platform())
    folder.add("latecomer")

    assert "Restart Guanxi to load the new packages." in browser.get("/apps/").text
    page = browser.get("/apps/latecomer")
    assert page.status_code == 200
    assert "waits for restart" in page.text
    assert 'action="/apps/latecomer/enable"' not in page.text


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("import", ("failed", "RuntimeError: the moon is full.", "tell its author about this.")),
        ("contract", ("incompatible", "It works with contract >=9,<10", "then restart.")),
        ("package", ("failed", "no-such-package>=2, which is not", "Run: pip install")),
    ],
)
def test_broken_plugin_shows_what_is_wrong_and_what_to_do(make_platform, open_browser, case, said):
    with plugin_folder(BROKEN / case):
        browser = open_browser(make_platform())
        listed, shown = browser.get("/apps/"), browser.get(f"/apps/broken_{case}")

    assert (listed.status_code, shown.status_code) == (200, 200)
    for sentence in said:
        assert sentence in read_plainly(listed.text)
        assert sentence in read_plainly(shown.text)
    assert f'action="/apps/broken_{case}/enable"' not in shown.text


@pytest.mark.parametrize("role", ["staff", "viewer"])
def test_only_admins_see_and_switch_plugins(platform, open_browser, role):
    browser = open_browser(platform, role)

    assert browser.get("/apps/").status_code == 403
    assert browser.get("/apps/hello").status_code == 403
    assert browser.send("/apps/hello/enable").status_code == 403
    assert 'href="/apps/"' not in browser.get("/").text
    assert platform.host.enabled == frozenset()


def test_unknown_plugin_is_not_found(browser):
    assert browser.get("/apps/nothing").status_code == 404
    assert browser.get("/apps/nothing/uninstall").status_code == 404
    assert browser.send("/apps/nothing/enable").status_code == 404
