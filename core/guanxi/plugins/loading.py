"""Load one plugin: import it, read its manifest and hooks, collect and check what it brings.

Whatever goes wrong becomes the plugin's :class:`Problem`; nothing of it escapes, except
``KeyboardInterrupt``. Which plugins there are, and their order, is ``plugins.registry``'s.
"""

import importlib
import time
import traceback
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import ModuleType

import structlog
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from guanxi.i18n import N_
from guanxi.plugins import reserved
from guanxi.plugins.command_words import check_word
from guanxi.plugins.contract import CONTRACT_VERSION, Manifest
from guanxi.plugins.contribution import Contribution, collect, named
from guanxi.plugins.declarations_check import check_declarations
from guanxi.plugins.discovery import Found, requirement_problem
from guanxi.plugins.implementations import read_implementations
from guanxi.plugins.limited import Hangs, run_limited
from guanxi.plugins.migrations import PluginMigrations, find_migrations
from guanxi.plugins.problems import Faulty, Problem, faulty
from guanxi.plugins.routes_check import Route, check_routes
from guanxi.plugins.states import PluginState
from guanxi.plugins.tables_check import check_tables

SLOW_IMPORT = 1.0
"""Seconds; a slower plugin is noted in the log and on its page."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class LoadedPlugin:
    """An installed plugin after loading was tried. With a problem it brings nothing."""

    found: Found
    manifest: Manifest | None = None
    contribution: Contribution | None = None
    migrations: PluginMigrations | None = None
    routes: tuple[Route, ...] = ()
    package: ModuleType | None = None
    problem: Problem | None = None
    seconds: float = 0.0
    """How long loading took."""

    @property
    def name(self) -> str:
        """The plugin's name: that of its entry point."""
        return self.found.name

    def give_up(self, problem: Problem) -> None:
        """Note why the plugin is not used."""
        self.contribution = None
        self.problem = problem.about(plugin=self.name, distribution=self.found.distribution)
        log.error("plugin.not_loaded", plugin=self.name, problem=str(self.problem))


def load(found: Found, *, core_permissions: Collection[str], time_limit: float) -> LoadedPlugin:
    """Load one plugin, guarded.

    :param core_permissions: permissions of the core, which a plugin's routes may name.
    :param time_limit: seconds after which it counts as hanging.
    """
    plugin = LoadedPlugin(found)
    attempt = replace(plugin)
    started = time.perf_counter()
    try:
        run_limited(lambda: _load(attempt, core_permissions), time_limit, f"load-{found.name}")
        plugin = attempt
    except Hangs:
        # Its thread may still write to the attempt, so that one is left alone.
        plugin.give_up(_hangs(time_limit))
    except Faulty as error:
        plugin = attempt
        plugin.give_up(error.problem)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- logged with the plugin
        plugin = attempt
        plugin.give_up(_unexpected(error))
    plugin.seconds = time.perf_counter() - started
    if plugin.seconds > SLOW_IMPORT:
        log.warning("plugin.slow_import", plugin=found.name, seconds=round(plugin.seconds, 2))
    return plugin


def _load(plugin: LoadedPlugin, core_permissions: Collection[str]) -> None:
    _check_name(plugin.name)
    missing = requirement_problem(plugin.found)
    if missing is not None:
        raise Faulty(missing)
    manifest_module = _import(plugin.found.entry_point.module)
    manifest = plugin.manifest = _manifest(plugin.found, manifest_module)
    _check_contract(manifest)
    check_word(manifest)
    plugin.package = _package(manifest_module)
    hooks = _import(manifest.hooks or _default_hooks(manifest_module))
    found = collect(read_implementations(plugin.name, hooks))
    if found.models is not None:
        check_tables(plugin.name, found.models)
    check_declarations(plugin.name, found, core_permissions)
    plugin.routes = check_routes(plugin.name, found, core_permissions)
    plugin.migrations = find_migrations(manifest, plugin.package, found.models)
    plugin.contribution = found


def _check_name(name: str) -> None:
    if not reserved.NAME.fullmatch(name) or len(name) > reserved.LONGEST:
        raise faulty(
            N_(
                "%(name)s is no valid name; use lower-case letters and digits, words joined by _, "
                "at most %(longest)s characters."
            ),
            name=name,
            longest=reserved.LONGEST,
        )
    if reserved.overlaps_core(name):
        raise faulty(N_("The name %(name)s is reserved for the core."), name=name)


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise faulty(
            N_("Its module %(module)s cannot be imported: %(why)s."),
            detail=traceback.format_exc(limit=-8),
            module=module,
            why=named(error),
        ) from error


def _manifest(found: Found, module: ModuleType) -> Manifest:
    attribute = found.entry_point.attr or "PLUGIN"
    manifest = getattr(module, attribute, None)
    if not isinstance(manifest, Manifest):
        raise faulty(
            N_("%(module)s has no manifest %(attribute)s = Manifest(...)."),
            module=module.__name__,
            attribute=attribute,
        )
    if manifest.name != found.name:
        raise faulty(
            N_("Its manifest says %(manifest)s but its entry point %(name)s; they must be equal."),
            manifest=manifest.name,
            name=found.name,
        )
    return manifest


def _check_contract(manifest: Manifest) -> None:
    try:
        fits = CONTRACT_VERSION in SpecifierSet(manifest.contract)
    except InvalidSpecifier:
        raise faulty(
            N_("Its manifest's contract %(wanted)s is no range of versions, as in >=1.0,<2."),
            wanted=manifest.contract,
        ) from None
    if not fits:
        raise faulty(
            N_("It works with contract %(wanted)s of Guanxi; this is contract %(here)s."),
            advice=N_(
                "Install a version of the package %(distribution)s that works with contract "
                "%(here)s, or another version of Guanxi, then restart."
            ),
            state=PluginState.INCOMPATIBLE,
            wanted=manifest.contract,
            here=CONTRACT_VERSION,
        )


def _package(module: ModuleType) -> ModuleType:
    """Return the package that ``module`` lies in; the module itself if it is a single file."""
    return importlib.import_module(module.__package__ or module.__name__)


def _default_hooks(module: ModuleType) -> str:
    return f"{module.__package__}.hooks" if module.__package__ else module.__name__


def _hangs(time_limit: float) -> Problem:
    return Problem(
        N_("It did not finish loading within %(seconds)s seconds."),
        params={"seconds": f"{time_limit:g}"},
    )


def _unexpected(error: BaseException) -> Problem:
    return Problem(
        N_("It could not be loaded: %(why)s."),
        params={"why": named(error)},
        detail="".join(traceback.format_exception(error, limit=-8)),
    )
