"""A session says in words on what it goes on."""

import pytest
from flask import Flask
from tests.touchpoints.conftest import Browser

from guanxi.db import Database
from guanxi.testkit.factories import Factories
from guanxi.web.access.browser_words import browser_words

MOZILLA = "Mozilla/5.0 "
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) "
SENT = {
    f"{MOZILLA}(X11; Linux x86_64) {WEBKIT}Chrome/131.0.0.0 Safari/537.36": "Chrome on Linux",
    f"{MOZILLA}(Windows NT 10.0; Win64; x64) {WEBKIT}Chrome/131.0 Safari/537.36 Edg/131.0": (
        "Edge on Windows"
    ),
    f"{MOZILLA}(Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0": (
        "Firefox on Windows"
    ),
    f"{MOZILLA}(Macintosh; Intel Mac OS X 10_15_7) {WEBKIT}Version/18.1 Safari/605.1.15": (
        "Safari on macOS"
    ),
    f"{MOZILLA}(iPhone; CPU iPhone OS 18_1 like Mac OS X) {WEBKIT}CriOS/131.0 Safari/604.1": (
        "Chrome on iPhone"
    ),
    f"{MOZILLA}(Linux; Android 14; V2359A) {WEBKIT}Chrome/122.0 Mobile Safari/537.36 "
    "MicroMessenger/8.0.49": "WeChat on Android",
    "curl/8.5.0": "curl",
    "a program of our own": "a program of our own",
}  # fmt: skip


@pytest.mark.parametrize(("sent", "words"), SENT.items(), ids=SENT.values())
def test_browser_and_system_are_told_in_words(app: Flask, sent: str, words: str) -> None:
    with app.test_request_context():
        assert browser_words(sent) == words


def test_the_profile_keeps_what_was_sent_for_those_who_want_it(
    app: Flask, database: Database, factories: Factories
) -> None:
    page = Browser(app, database, factories.user("staff")).get("/profile").text

    assert '<span title="test">test</span>' in page
