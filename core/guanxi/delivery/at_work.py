"""Who reads the log now: the core's readers and the plugins at work, as of one generation."""

from collections.abc import Callable, Sequence

from guanxi.clock import utc_now
from guanxi.delivery.facts import facts_reader
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.reader import Reader, ReaderSet
from guanxi.delivery.webhook_reader import webhook_reader
from guanxi.events import Vocabulary
from guanxi.i18n import N_
from guanxi.platform import Platform
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine

MakeReader = Callable[[Vocabulary], Reader]

CORE_READERS: Sequence[MakeReader] = (facts_reader, webhook_reader)


class ReadersAtWork:
    """Returns the readers at work when called, made anew when the platform's generation changed.

    :param core: makers of the core's own readers.
    """

    def __init__(self, platform: Platform, core: Sequence[MakeReader] = CORE_READERS) -> None:
        self._platform = platform
        self._core = [make(platform.vocabulary) for make in core]
        self._current = ReaderSet(generation=-1)

    def __call__(self) -> ReaderSet:
        """Look whether anything changed, then return the readers."""
        host = self._platform.host
        host.refresh_from(self._platform.database)
        if host.generation != self._current.generation:
            readers = {reader.name: reader for reader in self._core}
            readers |= _plugins(self._platform)
            self._current = ReaderSet(host.generation, readers)
        return self._current

    def quarantine(self, plugin: str, error: str) -> None:
        """Switch a plugin off that fails for everybody; its events wait in the log."""
        problem = Problem(
            N_("It could not handle events of any customer, the last time with: %(why)s."),
            N_("Release it when the cause is gone; it then goes on where it stopped."),
            {"why": error.splitlines()[0].rstrip(".") if error else ""},
            detail=error,
        )
        platform = self._platform
        quarantine(platform.database, plugin, problem, now=utc_now())
        platform.host.refresh_from(platform.database)


def find_reader(platform: Platform, name: str) -> Reader | None:
    """Return a reader by its name, also of a plugin that is loaded but not at work."""
    for make in CORE_READERS:
        reader = make(platform.vocabulary)
        if reader.name == name:
            return reader
    return _plugins(platform, everyone=True).get(name)


def _plugins(platform: Platform, *, everyone: bool = False) -> dict[str, Reader]:
    kinds: dict[str, set[str]] = {}
    for plugin, kind in platform.host.reward_kinds():
        kinds.setdefault(plugin, set()).add(kind.kind)
    return plugin_readers(platform.dispatcher, platform.vocabulary, kinds, everyone=everyone)
