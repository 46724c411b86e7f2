"""Attach everything web to the Flask app: configuration, blueprints, templates, API documents."""

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from guanxi.http import formats, language
from guanxi.http.routes import Api, Pages
from guanxi.platform import Platform
from guanxi.web import csrf, openapi, shell, static
from guanxi.web.blueprints import core_blueprints
from guanxi.web.health.metrics import Metrics

MEGABYTE = 1024 * 1024


def flask_config(platform: Platform) -> dict[str, Any]:
    """Return what Flask and its extensions are configured with."""
    config = platform.config
    return {
        "SECRET_KEY": platform.secrets.signing_key,
        "SESSION_COOKIE_NAME": "__Host-guanxi" if config.secure_cookies else "guanxi",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "MAX_CONTENT_LENGTH": 256 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": list(config.answered_hosts) or None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
        **openapi.flask_config(),
    }


def init_app(app: Flask, platform: Platform) -> None:
    """Attach the parts in the order in which requests meet them."""
    if platform.config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=platform.config.proxies, x_proto=0, x_host=0
        )
    app.json = openapi.JsonProvider(app)
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    language.init_app(app, platform)
    formats.init_app(app)
    shell.init_app(app, platform)
    csrf.init_app(app)
    api = openapi.make_api(app)
    for blueprint in (*core_blueprints(), *platform.host.blueprints()):
        _mount(app, api, platform, blueprint)
    static.init_app(app, platform)
    Metrics(platform).init_app(app)


def _mount(app: Flask, api: Any, platform: Platform, blueprint: Pages | Api) -> None:
    if isinstance(blueprint, Api):
        api.register_blueprint(blueprint)
    else:
        app.register_blueprint(blueprint)
    platform.route_permissions.update(blueprint.permissions)
