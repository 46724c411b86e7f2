"""Every route × every role × every kind of authentication, generated from the app itself.

All installed plugins are switched on, so that their routes are among them. What is expected
follows from one table: the permission that the route declares. A route that is public stands in
``PUBLIC``, so that opening one to everybody is seen in review.
"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from guanxi.access.models import ApiToken, WebSession
from guanxi.access.permissions import BUILT_IN_ROLES, CORE_PERMISSIONS
from guanxi.access.sessions import new_session_id, save_session
from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.states import PluginState
from guanxi.testkit.factories import Factories

ROLES = {role.name: frozenset(role.permissions) for role in BUILT_IN_ROLES}
CORE = frozenset(permission.name for permission in CORE_PERMISSIONS)
SAMPLES = {
    "UUIDConverter": UUID("01890000-0000-7000-8000-000000000000"),
    "IntegerConverter": 1,
    "UnicodeConverter": "x",
    "PathConverter": "x",
}
PUBLIC = {
    "access.code",
    "access.code_submit",
    "access.forgotten",
    "access.forgotten_submit",
    "access.link",
    "access.link_submit",
    "access.sign_in",
    "access.sign_in_submit",
    "access.sign_out",
    "api_users.show_me",
    "docs.document",
    "docs.explorer_file",
    "health.healthz",
    "health.readyz",
    "language.switch_language",
    "loyalty.own",
    "loyalty.own_history",
    "loyalty.own_referral_code",
    "loyalty.own_show",
    "loyalty.own_take",
    "loyalty.picture",
    "messages.unsubscribe",
    "messages.unsubscribe_submit",
    "plugin_static",
    "surveys.personal",
    "surveys.personal_send",
    "surveys.public",
    "surveys.public_send",
    "surveys.theme",
}
PEOPLE_ONLY = ("access",)
"""Blueprints for people: in one's profile a token could widen itself, or lock its owner out."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def platform(platform: Platform, now: datetime) -> Platform:
    """The platform with every plugin switched on that works."""
    by = {"actor": Actor("system", "test"), "now": now}
    for name in platform.host.names:
        if platform.host.state(name) == PluginState.INSTALLED:
            enable(platform.database, platform.host, name, **by)
    return platform


def protected(app: Flask, platform: Platform) -> list[tuple[Rule, str, str]]:
    """Every (rule, method, permission) that asks for one, those of enabled plugins included."""
    found = []
    for rule in app.url_map.iter_rules():
        permission = platform.route_permissions.get(rule.endpoint)
        owner = platform.host.owner_of(rule.endpoint)
        if permission is not None and (owner is None or owner in platform.host.enabled):
            methods = sorted((rule.methods or set()) & set(METHODS))
            found += [(rule, method, permission) for method in methods]
    assert len(found) > 250
    assert platform.host.enabled <= {platform.host.owner_of(rule.endpoint) for rule, _, _ in found}
    return found


def samples(rule: Rule) -> dict[str, object]:
    """A value for each variable of a rule."""
    return {name: sample(converter) for name, converter in rule._converters.items()}


def sample(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return SAMPLES[type(converter).__name__]


def address(app: Flask, rule: Rule) -> str:
    return str(app.url_map.bind("localhost").build(rule.endpoint, samples(rule), method=None))


def send(client: FlaskClient, method: str, path: str, headers: dict[str, str]) -> int:
    body = {"json": {}} if path.startswith("/api/") and method != "GET" else {}
    return client.open(path, method=method, headers=headers, **body).status_code  # type: ignore[arg-type]


def test_every_route_declares_a_permission_or_is_on_the_list_of_public_ones(
    app: Flask, platform: Platform
) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    public = {name for name, permission in platform.route_permissions.items() if permission is None}

    assert endpoints - set(platform.route_permissions) == set()
    assert public - PUBLIC == set()


def test_every_declared_permission_exists(app: Flask, platform: Platform) -> None:
    declared = {permission for _, _, permission in protected(app, platform)}

    assert declared - CORE - platform.host.permission_names() == set()


@pytest.mark.parametrize(
    "kind",
    [
        "nothing",
        pytest.param("unknown token", marks=pytest.mark.slow),
        pytest.param("expired token", marks=pytest.mark.slow),
        pytest.param("ended session", marks=pytest.mark.slow),
    ],
)
def test_nobody_gets_in_who_is_not_known(
    app: Flask, platform: Platform, factories: Factories, kind: str
) -> None:
    client, wrong = app.test_client(use_cookies=kind == "ended session"), []
    headers = _unknown(app, client, platform, factories, kind)
    for rule, method, _ in protected(app, platform):
        path = address(app, rule)
        status = send(client, method, path, headers)
        # A form without its token is refused before anybody asks who sends it.
        by_program = path.startswith("/api/v1/") and kind != "ended session"
        refused = {401} if by_program else {302, 401, 403}
        if status not in refused:
            wrong.append((method, path, status))

    assert wrong == []
    assert send(client, "GET", "/api/v1/me", headers) == 401


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("kind", ["session", "token"])
def test_a_role_gets_in_exactly_where_its_permissions_let_it(
    app: Flask, platform: Platform, factories: Factories, role: str, kind: str
) -> None:
    everything = CORE | platform.host.permission_names()
    may = everything if role == "admin" else ROLES[role]
    client, wrong = app.test_client(), []
    user_id, allowed_ones = factories.user(role), 0
    headers = (
        _token(factories, user_id) if kind == "token" else _session(app, client, platform, user_id)
    )
    for rule, method, permission in protected(app, platform):
        path = address(app, rule)
        status = send(client, method, path, headers)
        allowed = permission in may and (kind == "session" or not _for_people(rule))
        allowed_ones += allowed
        if (status not in (401, 403)) != allowed or status >= 500:
            wrong.append((method, path, permission, status))

    assert wrong == []
    assert allowed_ones > 10


@pytest.mark.slow
def test_each_route_wants_its_own_permission_and_no_other(
    app: Flask, platform: Platform, factories: Factories
) -> None:
    everything = CORE | platform.host.permission_names()
    admin, client, wrong = factories.user("admin"), app.test_client(use_cookies=False), []
    needs = platform.host.needs
    only = {name: _token(factories, admin, name, *needs(name)) for name in everything}
    but = {name: _token(factories, admin, *(everything - {name})) for name in everything}
    lone = {name: _token(factories, admin, name) for name in everything if needs(name)}

    for rule, method, permission in protected(app, platform):
        path = address(app, rule)
        inside = send(client, method, path, only[permission])
        outside = send(client, method, path, but[permission])
        shut = inside in (401, 403) and not _for_people(rule)
        alone = send(client, method, path, lone[permission]) if permission in lone else 403
        if outside != 403 or alone != 403 or shut or inside >= 500:
            wrong.append((method, path, permission, inside, outside, alone))

    assert wrong == []


def _for_people(rule: Rule) -> bool:
    """Say whether a token is refused here: none may change its owner's profile."""
    return rule.endpoint.startswith("access.")


def _token(factories: Factories, user_id: UUID, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {factories.token(user_id=user_id, scopes=scopes)}"}


def _unknown(
    app: Flask, client: FlaskClient, platform: Platform, factories: Factories, kind: str
) -> dict[str, str]:
    if kind == "nothing":
        return {}
    if kind == "unknown token":
        return {"Authorization": "Bearer gx_nobody"}
    if kind == "ended session":
        headers = _session(app, client, platform, factories.user("admin"))
        with platform.database.autocommit.connect() as connection:
            connection.execute(delete(WebSession))
        return headers
    headers = _token(factories, factories.user("admin"))
    with platform.database.autocommit.connect() as connection:
        connection.execute(update(ApiToken).values(expires_at=utc_now() - timedelta(days=1)))
    return headers


def _session(app: Flask, client: FlaskClient, platform: Platform, user_id: UUID) -> dict[str, str]:
    sid = new_session_id()
    with platform.database.autocommit.connect() as connection:
        save_session(
            connection, sid, user_id=user_id, data={}, address=None, browser=None,
            now=utc_now() - timedelta(seconds=5),
        )  # fmt: skip
    client.set_cookie("guanxi", sid)
    page = client.get("/this-is-not-there").text
    return {"X-CSRFToken": page.partition('name="csrf-token" content="')[2].partition('"')[0]}
