"""Which host names are answered, and whose address counts behind a proxy."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from guanxi.access.models import SignInThrottle
from guanxi.app import build_platform, create_app
from guanxi.config import Config

Serve = Callable[..., Flask]


@pytest.fixture
def serve(config: Config, database_url: str) -> Iterator[Serve]:
    """``serve(public_url="...")`` makes an app that is configured so."""
    config.home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def made(**options: object) -> Flask:
            platform = build_platform(replace(config, **options), database_url)  # type: ignore[arg-type]
            stack.callback(platform.database.dispose)
            return create_app(platform)

        yield made


def status(app: Flask, host: str) -> int:
    return app.test_client().get("/sign-in", headers={"Host": host}).status_code


def test_a_foreign_host_name_is_refused_with_a_sentence(serve: Serve) -> None:
    app = serve(public_url="https://crm.example.com")

    answer = app.test_client().get("/sign-in", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "An admin adds it to trusted_hosts." in answer.text
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("host", ["crm.example.com", "localhost:8000", "127.0.0.1:8000"])
def test_the_public_name_and_this_machine_are_answered(serve: Serve, host: str) -> None:
    assert status(serve(public_url="https://crm.example.com"), host) == 200


def test_named_hosts_are_the_only_ones(serve: Serve) -> None:
    app = serve(trusted_hosts=("a.example", "b.example"), public_url="https://c.example")

    assert [status(app, f"{name}.example") for name in "abc"] == [200, 200, 400]


def test_whoever_listens_everywhere_without_a_public_name_answers_any(serve: Serve) -> None:
    assert status(serve(host="0.0.0.0"), "192.168.1.20") == 200


def test_links_in_mails_never_follow_the_host_header(serve: Serve) -> None:
    config = serve(public_url="https://crm.example.com/").extensions["guanxi"].config

    assert config.base_url == "https://crm.example.com"


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_forwarded_address_counts_only_behind_a_proxy_of_ones_own(
    serve: Serve, proxies: int, expected: str
) -> None:
    app = serve(proxies=proxies)
    client = app.test_client()
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    client.post(
        "/sign-in",
        data={"email": "a@example.com", "password": "x", "csrf_token": token},
        headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
    )

    with app.extensions["guanxi"].database.read() as session:
        keys = set(session.scalars(select(SignInThrottle.key)))
    assert keys == {"account:a@example.com", f"address:{expected}"}
