"""What holds for every answer: safe headers, no forged writes, and reading writes nothing."""

from collections.abc import Iterator
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from tests.access.test_every_route import METHODS, _session, address, samples
from tests.access.world import dossier
from tests.touchpoints.conftest import Browser

from guanxi.db import Database
from guanxi.http.headers import POLICY
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

WITHOUT_A_FORM = {
    "messages.unsubscribe_submit",
    "surveys.personal_send",
    "surveys.public_send",
}
"""They go by the secret in their address alone, never by a cookie: called by mail programs (RFC
8058), or by whoever answers a survey, as nobody, even at a browser where staff is signed in.
"""
MAY_CHANGE = {"web_sessions", "hook_timings", "plugin_failures"}
"""Who looks at a page is seen: the session's last moment, the hooks' times."""


def read_addresses(app: Flask, ids: dict[str, str]) -> Iterator[str]:
    """Every address that answers a GET, with ids that exist where there are some."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            values = samples(rule) | {n: ids[n] for n in rule.arguments if n in ids}
            yield adapter.build(rule.endpoint, values)


def test_every_answer_has_a_strict_policy_and_is_not_kept(
    app: Flask, database: Database, factories: Factories
) -> None:
    browser, wrong = Browser(app, database, factories.user("admin")), []
    for path in (*read_addresses(app, {}), "/there-is-nothing-here", "/api/v1/nothing"):
        headers, kept = browser.get(path).headers, path.startswith(("/static/", "/api/docs"))
        found = (
            headers.get("Content-Security-Policy") == POLICY,
            headers.get("X-Content-Type-Options") == "nosniff",
            headers.get("Referrer-Policy") == "same-origin",
            len(headers.get("X-Request-Id", "")) >= 32,
            headers.get("Cache-Control") == "no-store" or kept,
        )
        if not all(found):
            wrong.append((path, found))

    assert wrong == []


def test_a_write_with_a_cookie_but_without_the_forms_token_is_refused_everywhere(
    app: Flask, platform: Platform, factories: Factories
) -> None:
    client, wrong = app.test_client(), []
    _session(app, client, platform, factories.user("admin"))
    for rule in app.url_map.iter_rules():
        if rule.endpoint in WITHOUT_A_FORM:
            continue
        for method in sorted((rule.methods or set()) & set(METHODS) - {"GET"}):
            path = address(app, rule)
            status = client.open(path, method=method).status_code
            if status != 403:
                wrong.append((method, path, status))

    assert wrong == []


def test_a_made_up_authorization_does_not_lend_the_cookies_rights(
    app: Flask, platform: Platform, factories: Factories
) -> None:
    client = app.test_client()
    _session(app, client, platform, factories.user("admin"))

    answer = client.post(
        "/users/teams", data={"name": "Evil"}, headers={"Authorization": "Bearer nothing"}
    )

    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]
    with platform.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM teams")).scalar_one() == 0


def test_reading_writes_nothing(
    app: Flask, platform: Platform, api: ApiClient, database: Database, factories: Factories
) -> None:
    admin = factories.user("admin")
    ids = dict(dossier(platform, api, "Amberley", admin).ids)
    ids |= {"user_id": str(admin), "scope": "core", "key": "phone", "name": "hello"}
    ids |= {"import_id": str(UUID(int=0)), "export_id": str(UUID(int=0))}
    browser = Browser(app, database, admin)
    before = contents(database)

    answers = [browser.get(path).status_code for path in read_addresses(app, ids)]

    assert changed(before, contents(database)) == []
    assert sum(status == 200 for status in answers) > 70


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name, digest in after.items() if before.get(name) != digest]


def contents(database: Database) -> dict[str, str]:
    """A digest of each table, but for those in which reading may be seen."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    digest = "SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t"
    with database.read() as session:
        names = session.execute(text(tables)).scalars().all()
        return {
            name: session.execute(text(digest.format(name))).scalar_one()
            for name in names
            if name not in MAY_CHANGE
        }
