"""Protection against forged requests: a token in each form, for those who come with a cookie.

Programs that send a bearer token have no cookie that somebody could abuse, so they need none.
"""

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from guanxi.errors import Forbidden
from guanxi.http.routes import UNSAFE, Pages

WITHOUT_TOKEN = frozenset({"messages.unsubscribe_submit"})
"""Endpoints that others call for a person, with a signed link in place of a cookie (RFC 8058)."""


def init_app(app: Flask) -> None:
    """Check the token before every unsafe request that carries no ``Authorization``."""
    protection = CSRFProtect(app)
    app.jinja_env.globals["csrf_token"] = generate_csrf

    def check() -> None:
        if request.method not in UNSAFE or "Authorization" in request.headers:
            return
        if request.endpoint in WITHOUT_TOKEN or _is_cookieless() or _is_program_without_token():
            return
        try:
            protection.protect()
        except CSRFError:
            raise Forbidden(
                "This form is too old or was not sent from here. Reload the page and try again."
            ) from None

    app.before_request(check)


def _is_cookieless() -> bool:
    """Say whether the view goes by no cookie, so that nobody's could be abused."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return isinstance(blueprint, Pages) and request.endpoint in blueprint.cookieless


def _is_program_without_token() -> bool:
    """Say whether nobody is known at all; they are to read that the API wants a token."""
    cookie = current_app.config["SESSION_COOKIE_NAME"]
    return request.path.startswith("/api/") and cookie not in request.cookies
