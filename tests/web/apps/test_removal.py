"""Uninstalling: what is stored is shown, kept, exported or dropped."""

import re
from zipfile import ZipFile

import pytest
from sqlalchemy import inspect
from tests.web.apps.conftest import contact, contacts_counted, drain, read_plainly, switch_on

from guanxi.plugins.states import PluginState as S


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
    with browser.get(address[0]) as answer:
        saved.write_bytes(answer.data)
    with ZipFile(saved) as archive:
        assert len(archive.read("hello_days.csv").splitlines()) == 2
    browser.send(f"{address[0]}/delete")
    assert browser.get(address[0]).status_code == 404


@pytest.mark.parametrize("file", ["..%2Fsecret.key", "secret.key", "hello-1.zip"])
def test_only_exported_files_are_handed_out(browser, file):
    assert browser.get(f"/apps/exported-data/{file}").status_code == 404
