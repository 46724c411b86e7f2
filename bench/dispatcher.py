"""A hook with ten plugins through our dispatcher, against the same call of bare pluggy.

Ours isolates, measures and skips disabled plugins. The limit: at most 1.5 times pluggy's time.
"""

from collections.abc import Callable
from timeit import repeat
from types import SimpleNamespace

import pluggy

from guanxi import hookspecs
from guanxi.plugins.dispatch import Dispatcher, Implementation

PLUGINS = 10
CALLS = 20_000
HOOK = "check_touchpoint"


def main() -> None:
    """Print both times per call and their ratio."""
    names = [f"plugin{n}" for n in range(PLUGINS)]
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for name in names:
        manager.register(SimpleNamespace(check_touchpoint=implementation()), name)
    dispatcher = Dispatcher(
        [Implementation(n, HOOK, implementation(), ("session", "touchpoint")) for n in names]
    )
    dispatcher.activate(names)

    bare = microseconds(lambda: manager.hook.check_touchpoint(session=None, touchpoint=None))
    check = microseconds(lambda: dispatcher.check(HOOK, session=None, touchpoint=None))
    collect = microseconds(lambda: dispatcher.collect(HOOK, session=None, touchpoint=None))

    print(f"bare pluggy, {PLUGINS} plugins: {bare:.2f} µs a call")
    print(f"check: {check:.2f} µs, ratio {check / bare:.2f} (limit 1.5)")
    print(f"collect: {collect:.2f} µs, ratio {collect / bare:.2f} (limit 1.5)")


def implementation() -> Callable[..., None]:
    """Return a function of its own for one plugin."""

    @hookspecs.hookimpl
    def check_touchpoint(session: object, touchpoint: object) -> None:
        """Object to nothing."""

    return check_touchpoint


def microseconds(call: Callable[[], object]) -> float:
    """Return the time of one call: the best of several rounds, as others share the machine."""
    return min(repeat(call, number=CALLS, repeat=7)) / CALLS * 1e6


if __name__ == "__main__":
    main()
