"""Call the hooks of enabled plugins, isolated from each other and measured.

pluggy keeps the implementations and checks their arguments, but stops at the first exception;
so this loop over its public data calls them. Enabled plugins are an immutable selection that
:meth:`Dispatcher.activate` swaps, so running calls are never disturbed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from threading import get_ident
from time import perf_counter_ns
from typing import Any

import structlog
from sqlalchemy.orm import Session

from guanxi.errors import GuanxiError, Refused
from guanxi.plugins.timing import Timing, Timings

log = structlog.get_logger(__name__)

Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's function for one hook, and which of the hook's arguments it takes."""

    plugin: str
    hook: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    pick: Pick = field(init=False, repr=False, compare=False)
    """Takes this function's arguments, in order, out of those that the hook offers."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pick", _picker(self.arguments))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one plugin answered: a value, or the exception that it raised."""

    plugin: str
    value: Any = None
    error: Exception | None = None


Running = tuple[Implementation, int]
"""What a thread executes now, and since when (``perf_counter_ns``); see ``plugins.watch``."""

Ready = tuple[Implementation, Timing, Outcome]
"""An implementation, its counter, and the outcome of a call that returns nothing."""


class Dispatcher:
    """Calls hooks; one per process.

    :param failed: told of each exception (plugin, hook, exception); counts and quarantines.
    :param strict: let exceptions through, for tests of plugins.
    """

    def __init__(
        self,
        implementations: Sequence[Implementation] = (),
        *,
        failed: Callable[[str, str, Exception], None] | None = None,
        strict: bool = False,
    ) -> None:
        self.timings = Timings()
        self.running: dict[int, Running] = {}
        self.failed = failed
        self._all = tuple(implementations)
        self._keepers: Collection[str] | None = None
        self._strict = strict
        self._active: Mapping[str, tuple[Ready, ...]] = {}

    def activate(self, enabled: Collection[str], keepers: Collection[str] | None = None) -> None:
        """Make ``enabled`` the plugins that are called from now on, in their order of loading.

        :param keepers: the plugins that hold data, also while disabled; all by default.
        """
        self._keepers = keepers
        self._active = self._by_hook(impl for impl in self._all if impl.plugin in enabled)

    def implementations(self, hook: str, *, everyone: bool = False) -> tuple[Implementation, ...]:
        """Return who implements ``hook``: the enabled plugins, or ``everyone`` who holds data."""
        if everyone:
            return tuple(impl for impl in self._all if impl.hook == hook and self._keeps(impl))
        return tuple(ready[0] for ready in self._active.get(hook, ()))

    def collect(self, hook: str, **offered: Any) -> list[Outcome]:
        """Call all; an exception becomes that plugin's outcome and harms nobody else."""
        return self._run(self._active.get(hook, ()), offered, self._as_outcome)

    def check(self, hook: str, **offered: Any) -> None:
        """Ask all whether something may happen.

        :raises Refused: a plugin said no, or failed: then nothing happens either (fails closed).
        """
        if ready := self._active.get(hook):
            self._run(ready, offered, self._as_refusal)

    def call(self, impl: Implementation, offered: Mapping[str, Any]) -> Any:
        """Call one implementation, measured; its exceptions come through."""
        return self._run((self._ready(impl),), offered, _raise)[0].value

    def report(self, impl: Implementation, error: Exception) -> None:
        """Log and count a failure of ``impl``."""
        log.error("plugin.hook_failed", plugin=impl.plugin, hook=impl.hook, exc_info=error)
        if self.failed is not None:
            self.failed(impl.plugin, impl.hook, error)

    def _run(
        self,
        ready: Iterable[Ready],
        offered: Mapping[str, Any],
        failed: Callable[[Implementation, Exception], Outcome],
    ) -> list[Outcome]:
        """Call one after the other; the clock is read once in between."""
        thread = get_ident()
        outer = self.running.get(thread)
        outcomes = []
        started = perf_counter_ns()
        try:
            for impl, timing, nothing in ready:
                self.running[thread] = (impl, started)
                try:
                    value = impl.function(*impl.pick(offered))
                    outcomes.append(nothing if value is None else Outcome(impl.plugin, value))
                except Exception as error:  # noqa: BLE001 -- reported, or raised again
                    outcomes.append(failed(impl, error))
                finally:
                    ended = perf_counter_ns()
                    timing.add(ended - started)
                    started = ended
        finally:
            if outer is None:
                self.running.pop(thread, None)
            else:
                self.running[thread] = outer
        return outcomes

    def _as_outcome(self, impl: Implementation, error: Exception) -> Outcome:
        if self._strict and not isinstance(error, GuanxiError):
            raise error
        self.report(impl, error)
        return Outcome(impl.plugin, error=error)

    def _as_refusal(self, impl: Implementation, error: Exception) -> Outcome:
        if isinstance(error, Refused):
            raise error
        self.report(impl, error)
        raise Refused(
            "The plugin %(plugin)s could not check this, so it was not saved. "
            "An admin finds the cause under Apps.",
            plugin=impl.plugin,
        ) from error

    def _keeps(self, impl: Implementation) -> bool:
        return self._keepers is None or impl.plugin in self._keepers

    def _by_hook(self, implementations: Iterable[Implementation]) -> dict[str, tuple[Ready, ...]]:
        found: dict[str, list[Ready]] = {}
        for impl in implementations:
            found.setdefault(impl.hook, []).append(self._ready(impl))
        return {hook: tuple(ready) for hook, ready in found.items()}

    def _ready(self, impl: Implementation) -> Ready:
        return impl, self.timings.of(impl.plugin, impl.hook), Outcome(impl.plugin)


def check(session: Session, hook: str, **offered: Any) -> None:
    """Ask the plugins of the transaction's dispatcher; nobody objects where there is none."""
    dispatcher = session.info["write"].dispatcher
    if dispatcher is not None:
        dispatcher.check(hook, session=session, **offered)


def _raise(_impl: Implementation, error: Exception) -> Outcome:
    raise error


def _picker(arguments: tuple[str, ...]) -> Pick:
    if len(arguments) > 1:
        return itemgetter(*arguments)
    return lambda offered: tuple(offered[name] for name in arguments)
