"""Plugins as readers: their ``on_*`` functions, called through the dispatcher."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from guanxi.delivery.reader import EVENT_HOOKS, Handler, Reader, ReplayStarted, kinds_for
from guanxi.events import Vocabulary
from guanxi.events.vocabulary import Event
from guanxi.plugins.contract import Reading
from guanxi.plugins.dispatch import Dispatcher, Implementation

REPLAY_HOOK = "on_replay_started"
READING_HOOK = "register_reading"


def plugin_readers(
    dispatcher: Dispatcher,
    vocabulary: Vocabulary,
    reward_kinds: Mapping[str, Collection[str]],
    *,
    everyone: bool = False,
) -> dict[str, Reader]:
    """Return a reader for each enabled plugin (or ``everyone`` loaded) that takes events.

    :param reward_kinds: by plugin, the kinds of reward that it fulfils.
    """
    by_plugin: dict[str, list[Implementation]] = {}
    for hook in (*EVENT_HOOKS, REPLAY_HOOK, READING_HOOK):
        for impl in dispatcher.implementations(hook, everyone=everyone):
            by_plugin.setdefault(impl.plugin, []).append(impl)
    readers = (
        _reader(dispatcher, vocabulary, plugin, impls, frozenset(reward_kinds.get(plugin, ())))
        for plugin, impls in by_plugin.items()
    )
    return {reader.name: reader for reader in readers if reader.handlers}


def _reader(
    dispatcher: Dispatcher,
    vocabulary: Vocabulary,
    plugin: str,
    impls: Sequence[Implementation],
    reward_kinds: frozenset[str],
) -> Reader:
    by_hook = {impl.hook: impl for impl in impls}
    replay, way = by_hook.pop(REPLAY_HOOK, None), by_hook.pop(READING_HOOK, None)
    reading: Reading = Reading() if way is None else way.function()

    def failed(hook: str, error: Exception) -> None:
        if hook in by_hook:
            dispatcher.report(by_hook[hook], error)

    return Reader(
        name=plugin,
        handlers={hook: _handler(dispatcher, impl) for hook, impl in by_hook.items()},
        kinds=tuple(k for k in kinds_for(by_hook, vocabulary) if k not in reading.without),
        batch=reading.batch,
        reward_kinds=reward_kinds,
        replay_started=_replay_started(dispatcher, replay) if replay else None,
        failed=failed,
    )


def _replay_started(dispatcher: Dispatcher, impl: Implementation) -> ReplayStarted:
    def forget(session: Session, since: datetime | None) -> None:
        dispatcher.call(impl, {"session": session, "since": since})

    return forget


def _handler(dispatcher: Dispatcher, impl: Implementation) -> Handler:
    def handle(session: Session, events: Sequence[Event]) -> None:
        dispatcher.call(impl, {"session": session, "events": events})

    return handle
