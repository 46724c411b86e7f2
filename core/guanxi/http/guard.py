"""Before each request: who is asking, is the plugin switched on, is the permission there.

Closed by default: an endpoint without a declaration is refused even if it slipped past the check
at start.
"""

from flask import Flask, abort, g, request, session

from guanxi.access.authenticate import authenticate_request
from guanxi.errors import Forbidden, SecondFactorNeeded
from guanxi.http import current
from guanxi.platform import Platform

PUBLIC_ENDPOINTS = frozenset({"static", "health.healthz", "health.readyz"})
"""Answered without asking the database who it is, so that probes are answered without it."""
SETTING_UP = frozenset({"access.second_factor", "access.confirm_second_factor"})
"""What somebody may do who still has to set up the second factor."""


def init_app(app: Flask, platform: Platform) -> None:
    """Attach the guard; ``platform.route_permissions`` must be complete by the first request."""

    def guard() -> None:
        endpoint = request.endpoint
        if endpoint in PUBLIC_ENDPOINTS:
            return
        _authenticate(platform)
        if endpoint is None:
            return
        _refuse_disabled_plugin(platform, endpoint)
        _require_permission(platform, endpoint)
        _require_second_factor(platform, endpoint)

    app.before_request(guard)


def _authenticate(platform: Platform) -> None:
    found = authenticate_request(platform, request, now=current.now())
    g.principal = found.principal
    if found.generation != platform.host.generation:
        with platform.database.autocommit.connect() as connection:
            platform.host.refresh(connection, found.generation)


def _refuse_disabled_plugin(platform: Platform, endpoint: str) -> None:
    plugin = platform.host.owner_of(endpoint)
    if plugin is not None and plugin not in platform.host.enabled:
        abort(404)


def _require_permission(platform: Platform, endpoint: str) -> None:
    try:
        permission = platform.route_permissions[endpoint]
    except KeyError:
        raise Forbidden("This address has no declared permission, so it is closed.") from None
    if permission is not None:
        for needed in platform.host.opening(permission):
            current.principal().require(needed)


def _require_second_factor(platform: Platform, endpoint: str) -> None:
    """Let somebody without a second factor only set one up, where everybody must have one."""
    person = current.principal_or_none()
    if person is None or person.kind != "session" or getattr(session, "has_totp", False):
        return
    if platform.route_permissions[endpoint] is None or endpoint in SETTING_UP:
        return
    if platform.settings.get("core")["require_totp"]:
        raise SecondFactorNeeded
