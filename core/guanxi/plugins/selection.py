"""Which plugins are at work now, decided from what is loaded and what the database says.

A :class:`Selection` is immutable; the host swaps it when the generation changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.records import Record
from guanxi.plugins.states import PluginState


@dataclass(frozen=True, slots=True)
class Selection:
    """The plugins at work as of one generation.

    :param enabled: in the order of loading.
    :param states: of every plugin that is loaded or remembered.
    :param keepers: loaded plugins that may hold data about people, enabled or not.
    :param silent: remembered plugins with tables that cannot be asked, because they are not loaded.
    """

    generation: int = -1
    enabled: tuple[LoadedPlugin, ...] = ()
    states: Mapping[str, PluginState] = field(default_factory=dict)
    keepers: frozenset[str] = frozenset()
    silent: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of enabled plugins."""
        return frozenset(plugin.name for plugin in self.enabled)


def select(
    loaded: Sequence[LoadedPlugin],
    records: Mapping[str, Record],
    generation: int,
    *,
    safe_mode: bool = False,
) -> Selection:
    """Decide which plugins work."""
    by_name = {plugin.name: plugin for plugin in loaded}
    states = {
        name: state_of(by_name.get(name), records.get(name), safe_mode=safe_mode)
        for name in (*by_name, *records)
    }
    usable = {plugin.name for plugin in loaded if plugin.contribution is not None}
    return Selection(
        generation=generation,
        enabled=tuple(p for p in loaded if states[p.name] is PluginState.ENABLED),
        states=states,
        keepers=frozenset(name for name in usable if name in records and records[name].was_used),
        silent=tuple(sorted(n for n, r in records.items() if r.tables and n not in usable)),
    )


def state_of(
    plugin: LoadedPlugin | None, record: Record | None, *, safe_mode: bool = False
) -> PluginState:
    """Return the state of one plugin; None for ``plugin`` means that its package is gone."""
    if plugin is None:
        return PluginState.DISABLED if safe_mode else PluginState.FAILED
    if plugin.problem is not None:
        return plugin.problem.state
    if record is None:
        return PluginState.INSTALLED
    return _recorded_state(plugin, record, safe_mode)


def _recorded_state(plugin: LoadedPlugin, record: Record, safe_mode: bool) -> PluginState:  # noqa: FBT001 -- private
    if record.quarantined_at is not None:
        return PluginState.QUARANTINED
    if record.migration_problem is not None or (record.enabled and _is_behind(plugin, record)):
        return PluginState.DISABLED if safe_mode else PluginState.WAITS_FOR_MIGRATION
    if record.enabled:
        return PluginState.DISABLED if safe_mode else PluginState.ENABLED
    return PluginState.DISABLED if record.was_used else PluginState.INSTALLED


def _is_behind(plugin: LoadedPlugin, record: Record) -> bool:
    head = plugin.migrations.head if plugin.migrations else None
    return head != record.migrated_to
