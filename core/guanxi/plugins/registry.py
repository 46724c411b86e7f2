"""Load all plugins in an order that is the same on every machine: what others need comes first,
then by name. A plugin without what it needs is not used, and says so.
"""

from collections.abc import Collection, Iterable, Sequence

from guanxi.i18n import N_
from guanxi.plugins.discovery import Found
from guanxi.plugins.loading import LoadedPlugin, load
from guanxi.plugins.problems import Problem


def load_all(
    found: Sequence[Found], *, core_permissions: Collection[str] = (), time_limit: float = 10.0
) -> tuple[LoadedPlugin, ...]:
    """Load what was found; those with a problem come last.

    :param core_permissions: permissions of the core, which a plugin's routes may name.
    :param time_limit: seconds that each may take.
    """
    loaded = [
        load(entry, core_permissions=core_permissions, time_limit=time_limit)
        for entry in found
        if _is_unique(entry, found)
    ]
    loaded += _duplicates(found)
    _refuse_overlaps(loaded)
    _refuse_taken_words(loaded)
    _refuse_unmet(loaded)
    return (*_in_order(loaded), *sorted((p for p in loaded if p.problem), key=_name))


def _name(plugin: LoadedPlugin) -> str:
    return plugin.name


def _is_unique(entry: Found, found: Sequence[Found]) -> bool:
    return sum(other.name == entry.name for other in found) == 1


def _duplicates(found: Sequence[Found]) -> list[LoadedPlugin]:
    """One entry for each name that several distributions claim; none of them is imported."""
    claims: dict[str, list[Found]] = {}
    for entry in found:
        claims.setdefault(entry.name, []).append(entry)
    refused = []
    for entries in claims.values():
        if len(entries) > 1:
            plugin = LoadedPlugin(entries[0])
            plugin.give_up(_claimed_twice(entries))
            refused.append(plugin)
    return refused


def _claimed_twice(entries: Sequence[Found]) -> Problem:
    first, *others = (entry.distribution for entry in entries)
    return Problem(
        N_("The packages %(packages)s both bring a plugin named %(plugin)s; neither was loaded."),
        N_("Remove one of them, for example with: pip uninstall %(last)s, then restart Guanxi."),
        {"packages": ", ".join((first, *others)), "last": others[-1]},
    )


def _refuse_overlaps(loaded: Iterable[LoadedPlugin]) -> None:
    """Tables of ``connector`` and ``connector_wechat`` could not be told apart."""
    names = {plugin.name for plugin in loaded}
    for plugin in _sound(loaded):
        shorter = [name for name in names if plugin.name.startswith(f"{name}_")]
        if shorter:
            plugin.give_up(
                Problem(
                    N_("Its name begins with %(other)s_, which belongs to the plugin %(other)s."),
                    params={"other": shorter[0]},
                )
            )


def _refuse_taken_words(loaded: Sequence[LoadedPlugin]) -> None:
    """A word for commands that is another plugin's name, or the word of one before it by name."""
    taken = {plugin.name: plugin.name for plugin in loaded}
    for plugin in sorted(_sound(loaded), key=_name):
        word = plugin.manifest.command if plugin.manifest else ""
        other = taken.setdefault(word, plugin.name)
        if word and other != plugin.name:
            plugin.give_up(
                Problem(
                    N_("The command %(word)s that it asks for belongs to the plugin %(other)s."),
                    params={"word": word, "other": other},
                )
            )


def _refuse_unmet(loaded: Sequence[LoadedPlugin]) -> None:
    """Refuse who needs somebody absent, broken or in a circle; repeat for who needs them."""
    by_name = {plugin.name: plugin for plugin in loaded}
    while True:
        looked_at = [(plugin, _unmet(plugin, by_name)) for plugin in _sound(loaded)]
        unmet = [(plugin, problem) for plugin, problem in looked_at if problem is not None]
        if not unmet:
            return
        for plugin, problem in unmet:
            plugin.give_up(problem)


def _unmet(plugin: LoadedPlugin, by_name: dict[str, LoadedPlugin]) -> Problem | None:
    for name in _needs(plugin):
        needed = by_name.get(name)
        if needed is None:
            return Problem(
                N_("It needs the plugin %(needed)s, which is not installed."),
                N_("Install the package of %(needed)s, then restart Guanxi."),
                {"needed": name},
            )
        if needed.problem is not None:
            return Problem(
                N_("It needs the plugin %(needed)s, which could not be loaded."),
                N_("First solve what is wrong with %(needed)s, then restart Guanxi."),
                {"needed": name},
            )
        if circle := _circle(plugin.name, name, by_name):
            return Problem(
                N_("It needs itself in a circle: %(circle)s."),
                params={"circle": " → ".join((plugin.name, *circle))},
            )
    return None


def _circle(start: str, at: str, by_name: dict[str, LoadedPlugin]) -> tuple[str, ...]:
    """Return the way from ``at`` back to ``start`` along what plugins need; empty if none."""
    ways: list[tuple[str, ...]] = [(at,)]
    seen = set()
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        if way[-1] not in seen and way[-1] in by_name:
            seen.add(way[-1])
            ways.extend((*way, needed) for needed in _needs(by_name[way[-1]]))
    return ()


def _in_order(loaded: Iterable[LoadedPlugin]) -> list[LoadedPlugin]:
    """Needed ones first, each round by name."""
    waiting = sorted(_sound(loaded), key=_name)
    placed: list[LoadedPlugin] = []
    while waiting:
        names = {plugin.name for plugin in placed}
        ready = [plugin for plugin in waiting if names.issuperset(_needs(plugin))]
        placed += ready
        waiting = [plugin for plugin in waiting if plugin not in ready]
    return placed


def _sound(loaded: Iterable[LoadedPlugin]) -> list[LoadedPlugin]:
    return [plugin for plugin in loaded if plugin.problem is None]


def _needs(plugin: LoadedPlugin) -> tuple[str, ...]:
    return plugin.manifest.requires if plugin.manifest else ()
