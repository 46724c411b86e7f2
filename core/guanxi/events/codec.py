"""Between events and their JSON: encode for the log, decode for readers.

Decoders are built once per class from its annotations, because a worker decodes tens of
thousands of events a second.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from guanxi.errors import GuanxiError
from guanxi.events.vocabulary import CORE_EVENTS, Event

Decoder = Callable[[Any], Any]
_ENVELOPE = frozenset({"position", "recorded_at", "actor", "customer_id"})
_SCALARS: dict[Any, Decoder] = {UUID: UUID, Decimal: Decimal, datetime: datetime.fromisoformat}


class UnknownEvent(GuanxiError):
    """The log holds an event whose class no installed package defines."""

    code = "unknown_event"


class Vocabulary:
    """The event classes known to this process, by their name in the log."""

    def __init__(self, classes: Iterable[type[Event]] = CORE_EVENTS) -> None:
        self._classes: dict[str, type[Event]] = {}
        for event_class in classes:
            self.add(event_class)

    def add(self, event_class: type[Event]) -> None:
        """Make ``event_class`` known; its name must be free."""
        kind = kind_of(event_class)
        if self._classes.setdefault(kind, event_class) is not event_class:
            raise ValueError("Two event classes have the name " + kind)

    @property
    def classes(self) -> Mapping[str, type[Event]]:
        """The classes by their name in the log."""
        return self._classes

    def decode(self, kind: str, payload: dict[str, Any], **envelope: Any) -> Event:
        """Rebuild one event. Fields that a later version added take their defaults."""
        event_class: Any = self._classes.get(kind)
        if event_class is None:
            raise UnknownEvent("No installed package knows the event %(kind)s.", kind=kind)
        event: Event = event_class(**_arguments(event_class)(payload), **envelope)
        return event


def kind_of(event_class: type[Event]) -> str:
    """Return the name under which the log keeps events of this class."""
    return event_class.kind or event_class.__name__


def encode(event: Event) -> dict[str, Any]:
    """Return the payload of ``event``: its own fields, without the envelope."""
    cls: Any = type(event)
    return {name: getattr(event, name) for name in _own_fields(cls)}


@cache
def _own_fields(event_class: type[Event]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(event_class) if f.name not in _ENVELOPE)


@cache
def _arguments(cls: type[Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return the function that turns the JSON of ``cls`` into the arguments of its constructor.

    Only the few fields that JSON cannot hold are touched.
    """
    hints = get_type_hints(cls)
    own = [f.name for f in fields(cls) if not (issubclass(cls, Event) and f.name in _ENVELOPE)]
    converted = [(name, decode) for name in own if (decode := _decoder(hints[name])) is not None]
    known = frozenset(own)

    def arguments(payload: dict[str, Any]) -> dict[str, Any]:
        if payload.keys() <= known:
            values = dict(payload)
        else:
            values = {name: value for name, value in payload.items() if name in known}
        for name, decode in converted:
            value = values.get(name)
            if value is not None:
                values[name] = decode(value)
        return values

    return arguments


def _decoder(hint: Any) -> Decoder | None:
    """Return what makes a value of this type out of JSON; None where JSON's own will do."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = [arg for arg in args if arg is not NoneType]
        return _decoder(inner[0]) if len(inner) == 1 else None
    if origin is tuple:
        return _tuple_of(_decoder(args[0]))
    if is_dataclass(hint):
        return _dataclass_decoder(hint)
    return None


def _tuple_of(decode: Decoder | None) -> Decoder:
    return tuple if decode is None else lambda values: tuple(map(decode, values))


def _dataclass_decoder(cls: Any) -> Decoder:
    arguments = _arguments(cls)
    return lambda value: cls(**arguments(value))
