"""The list of plugins as the Apps page, the API and the command line show it: the installed ones,
those installed since this process started, and those whose package is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi.errors import NotFound
from guanxi.i18n import N_, Text
from guanxi.plugins.discovery import Found, find_plugins
from guanxi.plugins.host import PluginHost
from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.problems import Problem
from guanxi.plugins.records import Record, read_records
from guanxi.plugins.selection import state_of
from guanxi.plugins.states import PluginState

GONE = Problem(
    N_("Its package is not installed any more, but its data is still here."),
    N_("Install the package again and restart Guanxi, or uninstall it to decide about its data."),
)


@dataclass(frozen=True, slots=True)
class App:
    """One plugin as an admin sees it."""

    name: str
    title: Text
    summary: Text
    version: str
    state: PluginState
    distribution: str = ""
    problem: Problem | None = None
    requires: tuple[str, ...] = ()
    homepage: str = ""
    enabled_at: datetime | None = None
    load_seconds: float = 0.0
    has_record: bool = False
    """It was enabled at some time, so it can be uninstalled."""


def list_apps(session: Session, host: PluginHost) -> tuple[App, ...]:
    """Return all plugins by name. Reads the metadata of all installed packages again."""
    records = read_records(session)
    now_installed: dict[str, list[Found]] = {}
    for found in find_plugins():
        now_installed.setdefault(found.name, []).append(found)
    names = sorted({*host.names, *records, *now_installed})
    return tuple(_app(n, host, records.get(n), now_installed.get(n, [])) for n in names)


def find_app(session: Session, host: PluginHost, name: str) -> App:
    """Return one plugin.

    :raises NotFound: it is neither installed nor remembered.
    """
    for app in list_apps(session, host):
        if app.name == name:
            return app
    raise NotFound(N_("There is no plugin %(plugin)s."), plugin=name)


def _app(name: str, host: PluginHost, record: Record | None, found: list[Found]) -> App:
    plugin = host.plugin(name)
    if found and (plugin is None or plugin.found not in found):
        return _waiting(found[0], plugin, record)
    if plugin is None or not found:
        return _gone(name, plugin, record)
    return _installed(plugin, record, safe_mode=host.safe_mode)


def _installed(plugin: LoadedPlugin, record: Record | None, *, safe_mode: bool) -> App:
    manifest = plugin.manifest
    summary = plugin.found.summary
    return App(
        name=plugin.name,
        title=_title(plugin, record),
        summary=manifest.summary if manifest else Text(summary, summary),
        version=plugin.found.version,
        state=state_of(plugin, record, safe_mode=safe_mode),
        distribution=plugin.found.distribution,
        problem=plugin.problem or _stored_problem(record),
        requires=manifest.requires if manifest else (),
        homepage=manifest.homepage if manifest else "",
        enabled_at=record.enabled_at if record else None,
        load_seconds=plugin.seconds,
        has_record=record is not None,
    )


def _waiting(found: Found, plugin: LoadedPlugin | None, record: Record | None) -> App:
    """Its package was installed or updated after this process started."""
    return App(
        name=found.name,
        title=_title(plugin, record, found.name),
        summary=Text(found.summary, found.summary),
        version=found.version,
        state=PluginState.WAITS_FOR_RESTART,
        distribution=found.distribution,
        has_record=record is not None,
    )


def _gone(name: str, plugin: LoadedPlugin | None, record: Record | None) -> App:
    """Its package is not there any more; while it is still in memory it may even work."""
    version = record.version if record else plugin.found.version if plugin else ""
    return App(
        name=name,
        title=_title(plugin, record, name),
        summary=Text("", ""),
        version=version,
        state=PluginState.FAILED,
        problem=GONE,
        has_record=record is not None,
    )


def _title(plugin: LoadedPlugin | None, record: Record | None, name: str = "") -> Text:
    if plugin is not None and plugin.manifest is not None:
        return plugin.manifest.title
    if record is not None:
        return record.title
    return Text(name or (plugin.name if plugin else ""), name or (plugin.name if plugin else ""))


def _stored_problem(record: Record | None) -> Problem | None:
    if record is None:
        return None
    if record.quarantined_at is not None and record.quarantine_problem is not None:
        return _problem(record.quarantine_problem, PluginState.QUARANTINED)
    if record.migration_problem is not None:
        return _problem(record.migration_problem, PluginState.WAITS_FOR_MIGRATION)
    return None


def _problem(stored: Mapping[str, Any], state: PluginState) -> Problem:
    return Problem(stored["message"], stored["advice"], stored["params"], state)
