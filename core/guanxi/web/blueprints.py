"""The core's own blueprints, pages and API, in the order of the menu."""

import importlib

from guanxi.http.routes import Api, Pages

MODULES = (
    "guanxi.web.home.pages:pages",
    "guanxi.customers.pages:pages",
    "guanxi.customers.api:api",
    "guanxi.touchpoints.pages:pages",
    "guanxi.touchpoints.api:api",
    "guanxi.rewards.pages:pages",
    "guanxi.rewards.api:api",
    "guanxi.messages.pages:pages",
    "guanxi.messages.api:api",
    "guanxi.privacy.pages:pages",
    "guanxi.privacy.api:api",
    "guanxi.imports.pages:pages",
    "guanxi.imports.api:api",
    "guanxi.exports.pages:pages",
    "guanxi.exports.api:api",
    "guanxi.web.apps.pages:pages",
    "guanxi.web.apps.api:api",
    "guanxi.web.settings.pages:pages",
    "guanxi.web.settings.api:api",
    "guanxi.presets.pages:pages",
    "guanxi.presets.api:api",
    "guanxi.web.users.pages:pages",
    "guanxi.web.users.api:api",
    "guanxi.web.events.api:api",
    "guanxi.webhooks.pages:pages",
    "guanxi.webhooks.api:api",
    "guanxi.work.pages:pages",
    "guanxi.work.api:api",
    "guanxi.web.audit.pages:pages",
    "guanxi.web.audit.api:api",
    "guanxi.web.health.pages:pages",
    "guanxi.web.health.api:api",
    "guanxi.web.access.sign_in_pages:pages",
    "guanxi.web.docs.pages:pages",
    "guanxi.http.language:pages",
)
"""``module:name``, imported when an app is made, so that nothing happens at import."""

EXTENDING = (
    "guanxi.web.access.profile_pages",
    "guanxi.web.access.reset_pages",
    "guanxi.exports.asked_api",
)
"""Modules that add routes to a blueprint of another."""


def core_blueprints() -> list[Pages | Api]:
    """Return all blueprints of the core."""
    for extending in EXTENDING:
        importlib.import_module(extending)
    found = []
    for path in MODULES:
        module, _, name = path.partition(":")
        blueprint: Pages | Api = getattr(importlib.import_module(module), name)
        found.append(blueprint)
    return found
