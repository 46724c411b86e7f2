"""Read the ``@hookimpl`` functions of a plugin's module and check them against the contract.

pluggy accepts a misspelt name in silence and never passes arguments that have a default; both
would leave an author wondering why nothing happens, so they are refused here, in words.
"""

import difflib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pluggy

from guanxi import hookspecs
from guanxi.i18n import N_
from guanxi.plugins.dispatch import Implementation
from guanxi.plugins.problems import faulty

Marked = tuple[str, Callable[..., Any]]


def read_implementations(plugin: str, module: ModuleType) -> tuple[Implementation, ...]:
    """Return what ``module`` implements, in the order of the source.

    :raises Faulty: a hook is unknown, unmarked, takes other arguments or is no plain function.
    """
    manager = _contract()
    _check_unmarked(manager, module)
    marked = list(_marked(manager, module))
    for hook, function in marked:
        _check_known(manager, hook)
        _check_once(hook, marked)
        _check_plain(hook, function)
        _check_arguments(hook, function, _offered(manager, hook))
    try:
        manager.register(module, plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise faulty(N_("A hook does not fit the contract: %(why)s"), why=error) from error
    return tuple(sorted(_registered(manager, plugin, module), key=_line))


def hook_names() -> tuple[str, ...]:
    """Return the names of all hooks of the contract."""
    return tuple(sorted(name for name in vars(_contract().hook) if not name.startswith("_")))


def _contract() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _marked(manager: pluggy.PluginManager, module: ModuleType) -> Iterator[Marked]:
    for name in dir(module):
        options = manager.parse_hookimpl_opts(module, name)
        if options is not None:
            if options["wrapper"] or options["hookwrapper"]:
                raise faulty(
                    N_("Its function %(function)s is a hook wrapper; wrappers are not supported."),
                    function=name,
                )
            yield options.get("specname") or name, getattr(module, name)


def _check_unmarked(manager: pluggy.PluginManager, module: ModuleType) -> None:
    for name, function in vars(module).items():
        if not inspect.isfunction(function) or function.__module__ != module.__name__:
            continue
        if hasattr(manager.hook, name) and manager.parse_hookimpl_opts(module, name) is None:
            raise faulty(
                N_("Its function %(hook)s has the name of a hook but is not marked @hookimpl."),
                hook=name,
            )


def _check_known(manager: pluggy.PluginManager, hook: str) -> None:
    if hasattr(manager.hook, hook):
        return
    close = difflib.get_close_matches(hook, vars(manager.hook), n=1)
    if close:
        raise faulty(
            N_("It implements %(hook)s, which is no hook; did you mean %(close)s?"),
            hook=hook,
            close=close[0],
        )
    raise faulty(N_("It implements %(hook)s, which is no hook of this contract."), hook=hook)


def _check_once(hook: str, marked: list[Marked]) -> None:
    """Only slots and registrations may come in several functions; events are taken once."""
    several = hook.startswith(("slot_", "register_"))
    if not several and sum(other == hook for other, _ in marked) > 1:
        raise faulty(N_("It implements %(hook)s more than once."), hook=hook)


def _check_plain(hook: str, function: Callable[..., Any]) -> None:
    lazy = inspect.isgeneratorfunction(function) and not hook.startswith("register_")
    if lazy or inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise faulty(
            N_("Its hook %(hook)s is asynchronous or a generator; a plain function is needed."),
            hook=hook,
        )


def _check_arguments(hook: str, function: Callable[..., Any], offered: tuple[str, ...]) -> None:
    parameters = inspect.signature(function).parameters.values()
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    unknown = [p.name for p in named if p.name not in offered]
    if unknown:
        raise faulty(
            N_("Its hook %(hook)s asks for %(asked)s; the hook offers %(offered)s."),
            hook=hook,
            asked=", ".join(unknown),
            offered=", ".join(offered) or "()",
        )
    for parameter in named:
        if parameter.default is not parameter.empty or parameter.kind == parameter.KEYWORD_ONLY:
            raise faulty(
                N_(
                    "Its hook %(hook)s would never get %(argument)s; "
                    "write it as a plain argument, without * before it or a default."
                ),
                hook=hook,
                argument=parameter.name,
            )


def _offered(manager: pluggy.PluginManager, hook: str) -> tuple[str, ...]:
    spec = getattr(manager.hook, hook).spec
    return tuple(spec.argnames)


def _registered(
    manager: pluggy.PluginManager, plugin: str, module: ModuleType
) -> Iterator[Implementation]:
    for caller in manager.get_hookcallers(module) or ():
        for found in caller.get_hookimpls():
            yield Implementation(plugin, caller.name, found.function, tuple(found.argnames))


def _line(implementation: Implementation) -> int:
    code = getattr(implementation.function, "__code__", None)
    return code.co_firstlineno if code else 0
