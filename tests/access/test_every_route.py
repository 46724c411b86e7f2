"""Every route × every role × every kind of authentication, generated from the app itself.

What is expected follows from one table: the permission that the route declares. A route that is
public stands in ``PUBLIC``, so that opening one to everybody is seen in review.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from guanxi.access.permissions import BUILT_IN_ROLES, CORE_PERMISSIONS
from guanxi.access.sessions import new_session_id, save_session
from guanxi.clock import utc_now
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

ROLES = {role.name: frozenset(role.permissions) for role in BUILT_IN_ROLES}
ROLES["admin"] = frozenset(permission.name for permission in CORE_PERMISSIONS)
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
    "docs.document",
    "docs.explorer_file",
    "health.healthz",
    "health.readyz",
    "language.switch_language",
    "messages.unsubscribe",
    "messages.unsubscribe_submit",
    "plugin_static",
}
PEOPLE_ONLY = ("access",)
"""Blueprints for people: in one's profile a token could widen itself, or lock its owner out."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def protected(app: Flask, platform: Platform) -> list[tuple[Rule, str, str]]:
    """Every (rule, method, permission) of the core that asks for one.

    Plugins' routes are the matter of their conformance tests; disabled ones answer 404 here.
    """
    found = []
    for rule in app.url_map.iter_rules():
        permission = platform.route_permissions.get(rule.endpoint)
        if permission is not None and platform.host.owner_of(rule.endpoint) is None:
            methods = sorted((rule.methods or set()) & set(METHODS))
            found += [(rule, method, permission) for method in methods]
    return found


def address(app: Flask, rule: Rule) -> str:
    values = {name: SAMPLES[type(c).__name__] for name, c in rule._converters.items()}
    return str(app.url_map.bind("localhost").build(rule.endpoint, values, method=None))


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

    assert declared - ROLES["admin"] == set()


def test_nobody_gets_in_without_signing_in(app: Flask, platform: Platform) -> None:
    client, wrong = app.test_client(), []
    for rule, method, _ in protected(app, platform):
        path = address(app, rule)
        status = send(client, method, path, {})
        # A form without its token is refused before anybody asks who sends it.
        refused = {401, 403} if path.startswith("/api/") else {302, 401, 403}
        if status not in refused:
            wrong.append((method, path, status))

    assert wrong == []


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("kind", ["session", "token"])
def test_a_role_gets_in_exactly_where_its_permissions_let_it(
    app: Flask, platform: Platform, factories: Factories, role: str, kind: str
) -> None:
    user_id = factories.user(role)
    client, wrong = app.test_client(), []
    headers = (
        _token(factories, user_id) if kind == "token" else _session(app, client, platform, user_id)
    )
    for rule, method, permission in protected(app, platform):
        path = address(app, rule)
        status = send(client, method, path, headers)
        for_people = kind == "token" and rule.endpoint.partition(".")[0] in PEOPLE_ONLY
        allowed = permission in ROLES[role] and not for_people
        if (status not in (401, 403)) != allowed or status >= 500:
            wrong.append((method, path, permission, status))

    assert wrong == []


def _token(factories: Factories, user_id: UUID) -> dict[str, str]:
    return {"Authorization": f"Bearer {factories.token(user_id=user_id)}"}


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
