"""Plugins by API: list, look into, enable, disable, release, uninstall."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from guanxi.http import current
from guanxi.http.routes import Api
from guanxi.plugins import lifecycle, quarantine
from guanxi.plugins.listing import list_apps
from guanxi.plugins.uninstall import Keep
from guanxi.web.apps import schemas
from guanxi.web.apps.detail import app_detail
from guanxi.web.apps.removing import remove

MANAGE = "apps.manage"

api = Api("apps", __name__, description="Plugins: what there is, and the switches")


@api.get("", permission=MANAGE)
@api.response(200, schemas.AppListSchema)
def list_all() -> dict[str, Any]:
    """All plugins by name."""
    host = current.platform().host
    apps = list_apps(current.session(), host)
    return {"items": [schemas.shown(app) for app in apps], "safe_mode": host.safe_mode}


@api.get("/<name>", permission=MANAGE)
@api.response(200, schemas.AppDetailSchema)
def show_one(name: str) -> Mapping[str, Any]:
    """One plugin: what it brings and how it fares."""
    return _shown(name)


@api.post("/<name>/enable", permission=MANAGE)
@api.response(200, schemas.AppDetailSchema)
def enable(name: str) -> Mapping[str, Any]:
    """Migrate its tables and switch it on; nothing happens to one that is enabled."""
    platform, actor = current.platform(), current.principal().actor
    lifecycle.enable(platform.database, platform.host, name, actor=actor, now=current.now())
    return _shown(name)


@api.post("/<name>/disable", permission=MANAGE)
@api.arguments(schemas.AppDisableSchema())
@api.response(200, schemas.AppDisabledSchema)
def disable(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Switch it off; its data is kept."""
    platform, actor = current.platform(), current.principal().actor
    names = lifecycle.disable(
        platform.database,
        platform.host,
        name,
        actor=actor,
        now=current.now(),
        cascade=values["cascade"],
    )
    return {"disabled": names}


@api.post("/<name>/release", permission=MANAGE)
@api.response(200, schemas.AppDetailSchema)
def release(name: str) -> Mapping[str, Any]:
    """Take it out of quarantine; if it was enabled before, it works again."""
    platform, actor = current.platform(), current.principal().actor
    quarantine.release(platform.database, name, now=current.now(), actor=actor)
    platform.host.refresh_from(platform.database)
    return _shown(name)


@api.post("/<name>/uninstall", permission=MANAGE)
@api.arguments(schemas.AppUninstallSchema())
@api.response(200, schemas.AppUninstalledSchema)
def uninstall(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Switch it off and keep, export or drop its data. Its package is never removed from here."""
    archive = remove(name, Keep(values["data"]), values["confirmation"])
    return {"archive": url_for("apps.download_archive", file=archive) if archive else None}


def _shown(name: str) -> Mapping[str, Any]:
    found = app_detail(current.session(), current.platform(), name, now=current.now())
    return schemas.shown_detail(found)
