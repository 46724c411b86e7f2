"""The plugin host of one process: what the other parts ask about plugins.

All installed plugins are loaded once, at start. Which of them work is read from the database
whenever the generation changes; nothing is registered or removed while the process runs.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from flask_babel import Domain
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi.config import Config
from guanxi.db import Database
from guanxi.events import Event, Vocabulary
from guanxi.plugins import contract as c
from guanxi.plugins.attendance import Attendance, attend
from guanxi.plugins.attribute_sources import SourcedAttributes
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.discovery import find_plugins
from guanxi.plugins.dispatch import Dispatcher
from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.records import read_generation, read_records
from guanxi.plugins.registry import load_all
from guanxi.plugins.selection import Selection, select
from guanxi.plugins.states import PluginState

if TYPE_CHECKING:
    import click
    from marshmallow import Schema

T = TypeVar("T")


class PluginHost:
    """Loaded plugins and which of them work.

    :param loaded: in the order of loading; those with a problem are only listed.
    :param strict: let the exceptions of slots through, for tests.
    :param safe_mode: nothing works, whatever the database says.
    """

    def __init__(
        self,
        loaded: Iterable[LoadedPlugin],
        *,
        strict: bool = False,
        safe_mode: bool = False,
        core_permissions: Collection[str] = (),
    ) -> None:
        self.loaded = tuple(loaded)
        self.dispatcher = Dispatcher(
            [impl for plugin in self._usable() for impl in _of(plugin).implementations],
            strict=strict,
        )
        self.safe_mode = safe_mode
        self.selection = Selection()
        self.sourced: SourcedAttributes | None = None
        """Reads the attributes that depend on what is stored; None where there is no database."""
        self._core_permissions = frozenset(core_permissions)
        self.attendance: Attendance | None = None
        """The threads that look after its plugins; to be started where hooks are called."""
        self._by_name = {plugin.name: plugin for plugin in self.loaded}
        self._domains = {p.name: _domain(p) for p in self.loaded if p.contribution}
        declared = (p for plugin in self._usable() for p in _of(plugin).permissions)
        self._needs = {permission.name: permission.needs for permission in declared}
        self._lock = Lock()

    # -- which work ---------------------------------------------------------------------

    def refresh(self, connection: Connection | Session, generation: int) -> None:
        """Look again if ``generation`` is another than the last one seen."""
        if generation == self.selection.generation:
            return
        with self._lock:
            if generation != self.selection.generation:
                self._select(connection, generation)

    def refresh_from(self, database: Database) -> None:
        """Read the generation and look again if it changed."""
        with database.autocommit.connect() as connection:
            self.refresh(connection, read_generation(connection))

    def _select(self, connection: Connection | Session, generation: int) -> None:
        records = read_records(connection)
        chosen = select(self.loaded, records, generation, safe_mode=self.safe_mode)
        self.dispatcher.activate(chosen.names, chosen.keepers)
        self.selection = chosen

    @property
    def generation(self) -> int:
        """The generation of the present selection; -1 before the first."""
        return self.selection.generation

    @property
    def enabled(self) -> frozenset[str]:
        """The names of the plugins at work."""
        return self.selection.names

    @property
    def names(self) -> Collection[str]:
        """The names of all installed plugins."""
        return self._by_name.keys()

    def plugin(self, name: str) -> LoadedPlugin | None:
        """Return the installed plugin of that name."""
        return self._by_name.get(name)

    def state(self, name: str) -> PluginState | None:
        """Return the state of a plugin; None if nobody knows it."""
        return self.selection.states.get(name)

    # -- what enabled plugins bring -------------------------------------------------------

    def menu(self) -> tuple[c.MenuItem, ...]:
        """Return the entries of the side bar by their order, then title."""
        items = self._enabled(lambda found: found.menu)
        return tuple(sorted(items, key=lambda item: (item.order, item.title.en)))

    def attributes(self) -> tuple[c.Attribute, ...]:
        """Return the attributes of the catalogue."""
        declared = tuple(self._enabled(lambda found: found.attributes))
        if self.sourced is None:
            return declared
        owned = [(p.name, _of(p)) for p in self.selection.enabled]
        return declared + self.sourced.read(self.generation, owned, self._core_permissions)

    def permissions(self) -> tuple[c.Permission, ...]:
        """Return the permissions that roles may be given."""
        return tuple(self._enabled(lambda found: found.permissions))

    def jobs(self) -> tuple[tuple[str, c.Job], ...]:
        """Return the background jobs, each with its plugin's name."""
        return tuple((p.name, job) for p in self.selection.enabled for job in _of(p).jobs)

    def importers(self) -> tuple[c.Importer, ...]:
        """Return the kinds of files that can be imported."""
        return tuple(self._enabled(lambda found: found.importers))

    def reward_kinds(self) -> tuple[tuple[str, c.RewardKind], ...]:
        """Return the kinds of reward that are fulfilled, each with its plugin's name."""
        return tuple((p.name, k) for p in self.selection.enabled for k in _of(p).reward_kinds)

    def channels(self) -> tuple[tuple[str, c.MessageChannel], ...]:
        """Return the ways to reach customers, each with its plugin's name."""
        return tuple((p.name, ch) for p in self.selection.enabled for ch in _of(p).channels)

    def demos(self) -> tuple[tuple[str, c.Demo], ...]:
        """Return what loaded plugins, enabled or not, add to the demo, in the order of loading."""
        demos = ((plugin.name, _of(plugin).demo) for plugin in self._usable())
        return tuple((name, demo) for name, demo in demos if demo is not None)

    # -- what is there whether enabled or not ---------------------------------------------

    def blueprints(self) -> Iterator[Any]:
        """Yield the pages and APIs to mount; they answer 404 while their plugin is disabled."""
        for plugin in self._usable():
            found = _of(plugin)
            yield from (
                blueprint for blueprint in (found.pages, found.api) if blueprint is not None
            )

    def settings_schemas(self) -> "dict[str, type[Schema]]":
        """Return the settings schema of each loaded plugin that has one."""
        schemas = {plugin.name: _of(plugin).settings for plugin in self._usable()}
        return {name: schema for name, schema in schemas.items() if schema is not None}

    def permission_names(self) -> frozenset[str]:
        """Return the permissions of all loaded plugins; disabling one takes no grant away."""
        return frozenset(p.name for plugin in self._usable() for p in _of(plugin).permissions)

    def needs(self, permission: str) -> tuple[str, ...]:
        """Return the permissions without which ``permission`` opens nothing."""
        return self._needs.get(permission, ())

    def opening(self, permission: str) -> tuple[str, ...]:
        """Return all permissions that it takes to open what asks for ``permission``."""
        return (permission, *self.needs(permission))

    def events(self) -> tuple[type[Event], ...]:
        """Return the events of all loaded plugins, as the log may hold any of them."""
        return tuple(event for plugin in self._usable() for event in _of(plugin).events)

    def owner_of(self, endpoint: str) -> str | None:
        """Return the plugin that a Flask endpoint belongs to; None for the core's."""
        blueprint = endpoint.partition(".")[0]
        name = blueprint.removeprefix("api_")
        return name if name in self._by_name else None

    def commands(self, name: str) -> "tuple[click.Command, ...]":
        """Return the commands of a plugin at work."""
        plugin = self._by_name.get(name)
        return _of(plugin).commands if plugin and name in self.enabled else ()

    def static_folder(self, name: str) -> Path | None:
        """Return the folder with a plugin's static files, if it has one."""
        folder = _folder(self._by_name.get(name))
        static = folder / "static" if folder else None
        return static if static and static.is_dir() else None

    def translations(self, name: str) -> Domain | None:
        """Return the catalogue of a plugin's texts, if it has one."""
        return self._domains.get(name)

    def domains(self) -> tuple[Domain, ...]:
        """Return the catalogues of all loaded plugins that have one."""
        return tuple(domain for domain in self._domains.values() if domain is not None)

    def _usable(self) -> list[LoadedPlugin]:
        return [plugin for plugin in self.loaded if plugin.contribution is not None]

    def _enabled(self, of: Callable[[Contribution], Sequence[T]]) -> Iterator[T]:
        return (item for plugin in self.selection.enabled for item in of(_of(plugin)))


def open_host(
    config: Config,
    database: Database,
    vocabulary: Vocabulary,
    *,
    core_permissions: Collection[str] = (),
) -> PluginHost:
    """Load the installed plugins of one process; none of them works before the first refresh.

    :param vocabulary: gets the events of plugins, so that the log can be read.
    :param core_permissions: permissions of the core, which a plugin's routes may name.
    """
    found = find_plugins()
    limit = config.plugin_load_limit
    host = PluginHost(
        [LoadedPlugin(entry) for entry in found]
        if config.safe_mode
        else load_all(found, core_permissions=core_permissions, time_limit=limit),
        strict=config.plugin_errors == "strict",
        safe_mode=config.safe_mode,
        core_permissions=core_permissions,
    )
    host.sourced = SourcedAttributes(database, host.dispatcher)
    host.attendance = attend(config, database, host.dispatcher, lambda: host.refresh_from(database))
    for event in host.events():
        vocabulary.add(event)
    return host


def _of(plugin: LoadedPlugin) -> Contribution:
    return plugin.contribution or Contribution()


def _folder(plugin: LoadedPlugin | None) -> Path | None:
    file = plugin.package.__file__ if plugin and plugin.package else None
    return Path(file).parent if file else None


def _domain(plugin: LoadedPlugin) -> Domain | None:
    folder = _folder(plugin)
    texts = folder / "translations" if folder else None
    return Domain(translation_directories=[str(texts)]) if texts and texts.is_dir() else None
