"""Check a plugin's pages and API on a scratch Flask app, before the real one sees them.

Flask leaves half a blueprint behind when mounting fails, lets two blueprints share a URL or a
template in silence, and lets a blueprint add handlers to the whole application. Knows blueprints
only by their behaviour: ``permissions`` maps each endpoint to a permission, or None if public.
"""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from flask import Blueprint, Flask
from flask_smorest import Api as SmorestApi

from guanxi.i18n import N_
from guanxi.plugins.contribution import Contribution, named
from guanxi.plugins.declarations_check import check_permission
from guanxi.plugins.problems import faulty

Mount = Callable[[Flask], Callable[[Any], None]]

_SCRATCH = {"API_TITLE": "scratch", "API_VERSION": "1", "OPENAPI_VERSION": "3.1.0"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a plugin. ``permission`` is None where everybody may use it."""

    rule: str
    methods: tuple[str, ...]
    permission: str | None


_MOUNTED: WeakKeyDictionary[Any, list[Route]] = WeakKeyDictionary()


def check_routes(
    plugin: str, found: Contribution, core_permissions: Collection[str]
) -> tuple[Route, ...]:
    """Check pages, API and menu; give blueprints without a URL prefix their place.

    Returns the routes, for the plugin's page under Apps.

    :raises Faulty: with the first thing that lies outside the plugin's ground or is not declared.
    """
    known = {p.name for p in found.permissions} | set(core_permissions)
    routes: list[Route] = []
    if found.pages is not None:
        _check_kind("register_pages", found.pages, plugin, api=False)
        _check_files(plugin, found.pages)
        routes += _check_mounted(f"/{plugin}", found.pages, _pages_mount)
    if found.api is not None:
        _check_kind("register_api", found.api, f"api_{plugin}", api=True)
        routes += _check_mounted(f"/api/v1/{plugin}", found.api, _api_mount)
    for route in routes:
        if route.permission is not None:
            check_permission(route.rule, route.permission, known)
    for item in found.menu:
        _check_menu(item.endpoint, item.permission, found.pages, known)
    return tuple(routes)


def _check_kind(hook: str, blueprint: Any, name: str, *, api: bool) -> None:
    documented = hasattr(blueprint, "register_views_in_doc")
    fits = isinstance(blueprint, Blueprint) and isinstance(
        getattr(blueprint, "permissions", None), Mapping
    )
    if not fits or documented is not api:
        kind = "sdk.Api" if api else "sdk.Pages"
        raise faulty(N_("Its hook %(hook)s must return one %(kind)s."), hook=hook, kind=kind)
    if blueprint.name != name:
        raise faulty(
            N_("Its hook %(hook)s returned a blueprint named %(name)s; it must be %(wanted)s."),
            hook=hook,
            name=blueprint.name,
            wanted=name,
        )


def _check_mounted(prefix: str, blueprint: Any, mount: Mount) -> list[Route]:
    """Look at a blueprint once: Flask lets nobody add to one that has been mounted."""
    if blueprint not in _MOUNTED:
        _MOUNTED[blueprint] = _mounted_alone(prefix, blueprint, mount)
    return _MOUNTED[blueprint]


def _mounted_alone(prefix: str, blueprint: Any, mount: Mount) -> list[Route]:
    if blueprint.url_prefix is None:
        blueprint.url_prefix = prefix
    app = Flask("guanxi.plugins.scratch", static_folder=None)
    app.config.update(_SCRATCH)
    register = mount(app)
    before = _application_wide(app)
    try:
        register(blueprint)
    except Exception as error:
        raise faulty(N_("Its routes cannot be mounted: %(why)s."), why=named(error)) from error
    if _application_wide(app) != before:
        raise faulty(
            N_("Its routes add handlers or filters to the whole application, not just themselves.")
        )
    return _check_rules(app, prefix, blueprint.permissions)


def _check_rules(app: Flask, prefix: str, permissions: Mapping[str, str | None]) -> list[Route]:
    routes = []
    for rule in app.url_map.iter_rules():
        if rule.rule != prefix and not rule.rule.startswith(f"{prefix}/"):
            raise faulty(
                N_("Its route %(rule)s lies outside its prefix; it must begin with %(prefix)s/."),
                rule=rule.rule,
                prefix=prefix,
            )
        if rule.endpoint not in permissions:
            raise faulty(
                N_("Its route %(rule)s declares no permission, so nobody may use it."),
                rule=rule.rule,
            )
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        routes.append(Route(rule.rule, tuple(methods), permissions[rule.endpoint]))
    return routes


def _pages_mount(app: Flask) -> Callable[[Any], None]:
    return app.register_blueprint


def _api_mount(app: Flask) -> Callable[[Any], None]:
    register: Callable[[Any], None] = SmorestApi(app).register_blueprint
    return register


def _application_wide(app: Flask) -> tuple[object, ...]:
    """Return how many things of the whole application there are that a blueprint could add to."""
    per_request = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
        app.url_value_preprocessors,
        app.url_default_functions,
    )
    environment = app.jinja_env
    return (
        *(len(functions.get(None, ())) for functions in per_request),
        {code: len(found) for code, found in app.error_handler_spec[None].items()},
        len(app.teardown_appcontext_funcs),
        len(environment.filters),
        len(environment.globals),
        len(environment.tests),
        len(app.extensions),
    )


def _check_files(plugin: str, pages: Any) -> None:
    if pages.static_folder is not None:
        raise faulty(
            N_(
                "Its pages set static_folder; put the files into the package's folder static, "
                "which is served at /static/plugins/%(plugin)s/."
            ),
            plugin=plugin,
        )
    if pages.template_folder is None:
        return
    folder = Path(pages.root_path) / pages.template_folder
    for parent, _, names in os.walk(folder):
        for name in names:
            template = (Path(parent) / name).relative_to(folder)
            if template.parts[0] != plugin:
                raise faulty(
                    N_("Its template %(file)s lies outside its folder; move it to %(wanted)s."),
                    file=f"{pages.template_folder}/{template.as_posix()}",
                    wanted=f"{pages.template_folder}/{plugin}/{template.name}",
                )


def _check_menu(endpoint: str, permission: str, pages: Any, known: Collection[str]) -> None:
    if pages is None or endpoint not in pages.permissions:
        raise faulty(
            N_("Its menu entry points to %(endpoint)s, which is no page of its own."),
            endpoint=endpoint,
        )
    check_permission(N_("A menu entry"), permission, known)
