"""Attributes that plugins read from their tables, kept until the platform's generation changes."""

from collections.abc import Iterable, Sequence

from guanxi.db import Database
from guanxi.plugins.contract import Attribute, AttributeSource
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.declarations_check import check_attributes
from guanxi.plugins.dispatch import Dispatcher

HOOK = "register_attributes"
"""Under this name a source that fails is reported."""

Owned = tuple[str, Contribution]
"""A plugin's name, and what it brings."""


class SourcedAttributes:
    """The attributes out of :class:`AttributeSource` objects of the plugins at work."""

    def __init__(self, database: Database, dispatcher: Dispatcher) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._cached: tuple[int, tuple[Attribute, ...]] = (-2, ())

    def read(
        self, generation: int, owned: Sequence[Owned], core_permissions: frozenset[str]
    ) -> tuple[Attribute, ...]:
        """Return them; a source that fails brings none, and its plugin is told of it."""
        if self._cached[0] != generation:
            found = tuple(self._read(owned, core_permissions))
            self._cached = (generation, found)
        return self._cached[1]

    def _read(
        self, owned: Sequence[Owned], core_permissions: frozenset[str]
    ) -> Iterable[Attribute]:
        for plugin, brought in owned:
            for source in brought.attribute_sources:
                try:
                    found = self._ask(source)
                    check_attributes(plugin, found, brought, core_permissions, declared=False)
                except Exception as error:  # noqa: BLE001 -- a plugin's own code; it is reported
                    self._report(plugin, error)
                else:
                    yield from found

    def _ask(self, source: AttributeSource) -> list[Attribute]:
        with self._database.read() as session:
            return list(source.read(session))

    def _report(self, plugin: str, error: Exception) -> None:
        for impl in self._dispatcher.implementations(HOOK):
            if impl.plugin == plugin:
                self._dispatcher.report(impl, error)
