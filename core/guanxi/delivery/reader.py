"""Readers: who wants which events of the log, and the functions that take them.

A reader is a plugin (see ``plugin_readers.py``) or a part of the core (``facts.py``). Its name
is the name of its bookmarks.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.db import Actor
from guanxi.events import Vocabulary
from guanxi.events import vocabulary as v
from guanxi.events.vocabulary import Event

Handler = Callable[[Session, Sequence[Event]], None]
"""Takes events in order; writes through the session, which it neither commits nor rolls back."""

ReplayStarted = Callable[[Session, datetime | None], None]
"""Forgets what was derived from events since an instant (None: all)."""

BATCH = 500
"""Events read at a time."""

HOOKS: Mapping[type[Event], str] = MappingProxyType(
    {
        v.CustomerCreated: "on_customers_created",
        v.CustomerChanged: "on_customers_changed",
        v.CustomersMerged: "on_customers_merged",
        v.CustomerErased: "on_customers_erased",
        v.TouchpointRecorded: "on_touchpoints_recorded",
        v.TouchpointCorrected: "on_touchpoints_corrected",
        v.RewardRequested: "on_rewards_requested",
        v.RewardGranted: "on_rewards_changed",
        v.RewardRedeemed: "on_rewards_changed",
        v.RewardReversed: "on_rewards_changed",
        v.RewardExpired: "on_rewards_changed",
    }
)
"""The hook that takes each of the core's events; all others go to :data:`PLUGIN_EVENTS`."""

PLUGIN_EVENTS = "on_plugin_events"
EVENT_HOOKS = (*dict.fromkeys(HOOKS.values()), PLUGIN_EVENTS)


class UnreadableEvent(Exception):
    """The log holds an event that the installed version of its class cannot represent."""


@dataclass(frozen=True, kw_only=True)
class Unreadable(Event):
    """Stands in a batch for an event that could not be decoded; delivering it fails."""

    problem: str


def _nobody(_hook: str, _error: Exception) -> None:
    """Tell nobody of a failure."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reader:
    """Somebody who reads the log at their own pace.

    :param handlers: by hook; events whose hooks share one function come in one list.
    :param kinds: names in the log of the events that are read at all; see :func:`kinds_for`.
    :param reward_kinds: the kinds of reward whose requests it wants.
    :param replay_started: None where the reader cannot be replayed.
    :param rebuild: makes the derived state anew from the tables, in place of a replay.
    :param failed: told of each event that a handler could not digest, with the hook's name.
    :param plugin: whether it can be quarantined; the core's own readers cannot.
    """

    name: str
    handlers: Mapping[str, Handler]
    kinds: tuple[str, ...]
    reward_kinds: frozenset[str] = frozenset()
    replay_started: ReplayStarted | None = None
    rebuild: Callable[[Session], None] | None = None
    failed: Callable[[str, Exception], None] = _nobody
    plugin: bool = True
    batch: int = BATCH

    @property
    def actor(self) -> Actor:
        """Who acts, as log and audit remember it, when a handler changes something."""
        return Actor("plugin" if self.plugin else "system", self.name)

    def handler_for(self, event: Event) -> Handler | None:
        """Return the function that takes ``event``; None where the reader does not want it."""
        if isinstance(event, v.RewardRequested) and event.reward_kind not in self.reward_kinds:
            return None
        if isinstance(event, Unreadable):
            return _refuse_unreadable
        return self.handlers.get(hook_of(type(event)))


@dataclass(frozen=True)
class ReaderSet:
    """The readers at work, as of one generation of the platform (see ``plugins.models``)."""

    generation: int = 0
    readers: Mapping[str, Reader] = field(default_factory=dict)

    def of(self, name: str) -> Reader | None:
        """Return the reader of that name if it is at work."""
        return self.readers.get(name)


def hook_of(event_class: type[Event]) -> str:
    """Return the name of the hook that takes events of this class."""
    return HOOKS.get(event_class, PLUGIN_EVENTS)


def kinds_for(hooks: Collection[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the names in the log of all events that these hooks take."""
    return tuple(kind for kind, cls in vocabulary.classes.items() if hook_of(cls) in hooks)


def grouped(reader: Reader, events: Sequence[Event]) -> list[tuple[Handler, list[Event]]]:
    """Divide ``events`` into few lists, each for one handler; unwanted ones are left out.

    Each customer's events keep their order; events of different customers may change places,
    so that a mixed batch does not fall apart into lists of one.
    """
    groups: list[tuple[Handler, list[Event]]] = []
    latest_of: dict[Handler, int] = {}
    last_of: dict[UUID, int] = {}
    for event in events:
        handler = reader.handler_for(event)
        if handler is None:
            continue
        key = event.customer_id
        place = latest_of.get(handler, -1)
        if place < (last_of.get(key, 0) if key is not None else 0):
            place = latest_of[handler] = len(groups)
            groups.append((handler, []))
        groups[place][1].append(event)
        if key is not None:
            last_of[key] = place
    return groups


def _refuse_unreadable(_session: Session, events: Sequence[Event]) -> None:
    first = events[0]
    problem = first.problem if isinstance(first, Unreadable) else ""
    raise UnreadableEvent(problem)
