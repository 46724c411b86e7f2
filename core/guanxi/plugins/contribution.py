"""What a plugin brings: collected once from its ``register_*`` hooks, before it is checked."""

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import MetaData

from guanxi.events.vocabulary import Event
from guanxi.i18n import N_
from guanxi.plugins import contract as c
from guanxi.plugins.dispatch import Implementation
from guanxi.plugins.problems import faulty

if TYPE_CHECKING:
    import click
    from marshmallow import Schema

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Contribution:
    """Everything that one plugin declares, checked and ready for the parts that use it."""

    implementations: tuple[Implementation, ...] = ()
    models: MetaData | None = None
    events: tuple[type[Event], ...] = ()
    attributes: tuple[c.Attribute, ...] = ()
    attribute_sources: tuple[c.AttributeSource, ...] = ()
    permissions: tuple[c.Permission, ...] = ()
    pages: Any = None
    api: Any = None
    menu: tuple[c.MenuItem, ...] = ()
    settings: "type[Schema] | None" = None
    jobs: tuple[c.Job, ...] = ()
    commands: "tuple[click.Command, ...]" = ()
    importers: tuple[c.Importer, ...] = ()
    reward_kinds: tuple[c.RewardKind, ...] = ()
    channels: tuple[c.MessageChannel, ...] = ()
    reading: c.Reading | None = None
    demo: c.Demo | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(sorted(self.models.tables)) if self.models is not None else ()

    @property
    def hooks(self) -> tuple[str, ...]:
        """The names of the hooks that it implements."""
        return tuple(sorted({impl.hook for impl in self.implementations}))


def collect(implementations: Sequence[Implementation]) -> Contribution:
    """Call each ``register_*`` hook once.

    :raises Faulty: one of them raises, or returns something else than the contract says.
    """
    import click  # noqa: PLC0415 -- only needed where a plugin has commands

    answers = _Answers(implementations)
    attributes: tuple[Any, ...] = answers.all("register_attributes", c.Attribute, c.AttributeSource)
    return Contribution(
        implementations=tuple(implementations),
        models=answers.one("register_models", MetaData),
        events=answers.classes("register_events", Event),
        attributes=tuple(a for a in attributes if isinstance(a, c.Attribute)),
        attribute_sources=tuple(a for a in attributes if isinstance(a, c.AttributeSource)),
        permissions=answers.all("register_permissions", c.Permission),
        pages=answers.one("register_pages", object),
        api=answers.one("register_api", object),
        menu=answers.all("register_menu", c.MenuItem),
        settings=answers.one("register_settings", type),
        jobs=answers.all("register_jobs", c.Job),
        commands=answers.all("register_commands", click.Command),
        importers=answers.all("register_importers", c.Importer),
        reward_kinds=answers.all("register_reward_kinds", c.RewardKind),
        channels=answers.all("register_message_channels", c.MessageChannel),
        reading=answers.one("register_reading", c.Reading),
        demo=answers.one("register_demo", c.Demo),
    )


class _Answers:
    """What the ``register_*`` functions returned."""

    def __init__(self, implementations: Sequence[Implementation]) -> None:
        self._implementations = implementations

    def one(self, hook: str, kind: type[T]) -> T | None:
        """Return the single thing that ``hook`` gives, or None where it is not implemented."""
        answers = self._call(hook)
        if len(answers) > 1:
            raise faulty(N_("It implements %(hook)s more than once."), hook=hook)
        for answer in answers:
            if answer is None or not isinstance(answer, kind):
                raise _wrong(hook, kind, answer)
            return answer
        return None

    def all(self, hook: str, kind: type[T], *others: type) -> tuple[T, ...]:
        """Return the objects that ``hook`` gives, of ``kind`` or one of ``others``."""
        items = self._items(hook)
        for item in items:
            if not isinstance(item, (kind, *others)):
                raise _wrong(hook, kind, item)
        return items

    def classes(self, hook: str, base: type[T]) -> tuple[type[T], ...]:
        """Return the classes that ``hook`` gives."""
        items = self._items(hook)
        for item in items:
            if not (isinstance(item, type) and issubclass(item, base)):
                raise _wrong(hook, base, item)
        return items

    def _items(self, hook: str) -> tuple[Any, ...]:
        found: list[Any] = []
        for answer in self._call(hook):
            if not isinstance(answer, Iterable) or isinstance(answer, str):
                raise faulty(
                    N_("Its hook %(hook)s returned %(value)s; a list is needed."),
                    hook=hook,
                    value=_shown(answer),
                )
            found.extend(_guarded(hook, lambda answer=answer: list(answer)))
        return tuple(found)

    def _call(self, hook: str) -> list[Any]:
        return [
            _guarded(hook, impl.function) for impl in self._implementations if impl.hook == hook
        ]


def _guarded(hook: str, function: Any) -> Any:
    try:
        return function()
    except (Exception, SystemExit) as error:
        raise faulty(
            N_("Its hook %(hook)s failed: %(why)s."),
            detail=traceback.format_exc(limit=-8),
            hook=hook,
            why=named(error),
        ) from error


def named(error: BaseException) -> str:
    """Return an exception as ``Class: message``."""
    text = str(error).strip().rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _wrong(hook: str, kind: type, value: object) -> Exception:
    return faulty(
        N_("Its hook %(hook)s returned %(value)s; %(kind)s is needed."),
        hook=hook,
        value=_shown(value),
        kind=kind.__name__,
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
