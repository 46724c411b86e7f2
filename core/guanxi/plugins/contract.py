"""What plugins hand to the core: the declarations returned from ``register_*`` and ``slot_*``.

The contract's version is separate from the product's. It grows in the second number when
something is added and in the first when something is taken away.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression
from sqlalchemy.orm import Session

from guanxi.i18n import Text

CONTRACT_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin is, readable before any of its hooks is imported.

    :param name: lower-case, also the prefix of its tables, routes, settings and permissions.
    :param contract: the contract versions that it works with, as in ``>=1.0,<2``.
    :param hooks: the module with its ``@hookimpl`` functions; ``<package>.hooks`` by default.
    :param requires: names of plugins that must be enabled before this one.
    :param migrations: the folder of its Alembic versions inside the package, if it has tables.
    :param command: a word by which its commands are called, beside its name: ``segment`` lets
        ``guanxi segment list`` be ``guanxi segmentation list``.
    """

    name: str
    title: Text
    summary: Text
    contract: str = ">=1.0,<2"
    hooks: str = ""
    requires: tuple[str, ...] = ()
    migrations: str = ""
    homepage: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a role may be allowed to do; ``name`` is ``<plugin>.<verb>``.

    :param needs: permissions without which this one opens nothing, as what it shows or changes
        cannot be had without theirs: who may see segments but no customers sees nothing.
    """

    name: str
    title: Text
    needs: tuple[str, ...] = ()


AttributeType = Literal[
    "text", "number", "money", "date", "instant", "boolean", "choice", "choices"
]


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something known about each customer (客户属性), usable in lists, filters, exports and API.

    :param key: ``<plugin>.<name>``.
    :param sql: the value as a column expression; it may use columns of ``join``'s table and of
        ``sdk.Customer``.
    :param join: a table with at most one row per customer, and ``on`` how it is joined (left).
    :param unit: what is counted, or the currency of a ``money`` attribute.
    :param choices: the possible values with their titles, for ``choice`` and ``choices``.
    :param permission: who may see it, beside those who may see the customer.
    """

    key: str
    title: Text
    type: AttributeType
    sql: Callable[[], SQLColumnExpression[Any]]
    join: FromClause | None = None
    on: ColumnElement[bool] | None = None
    unit: str | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    permission: str | None = None
    description: Text | None = None
    nullable: bool = True
    """False where every customer has a value; lists then page along its index."""


@dataclass(frozen=True, slots=True)
class AttributeSource:
    """Attributes that depend on what an admin made: one per scheme, choices from a table.

    :param read: gets a reading session and returns attributes; their keys lie under the plugin's
        prefix. Asked once per process after each ``sdk.announce_change``.
    """

    read: Callable[[Session], Iterable[Attribute]]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the side bar. ``endpoint`` is a Flask endpoint of the plugin's pages."""

    title: Text
    endpoint: str
    permission: str
    icon: str = "puzzle"
    order: int = 100


@dataclass(frozen=True, slots=True)
class Job:
    """Work in the background. ``run`` gets a write session and ``now``; one run at a time.

    :param schedule: a cron expression in UTC; without one the job runs only when asked to.
    """

    name: str
    title: Text
    run: Callable[..., Any]
    schedule: str | None = None


@dataclass(frozen=True, slots=True)
class RewardKind:
    """A kind of reward that the plugin fulfils (``points``, ``coupon``)."""

    kind: str
    title: Text
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class MessageChannel:
    """A way to reach customers; ``send`` gets a ``Message`` and returns the provider's id."""

    key: str
    title: Text
    identity_kind: str
    send: Callable[..., str]
    identity_source: str = ""
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page drawn by a plugin: a template under its own name and its values."""

    title: Text
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something of a plugin's own on a customer's timeline; times are aware UTC."""

    at: Any
    title: str
    text: str = ""
    icon: str = "point"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a plugin reads the log, where the usual way does not suit it.

    :param batch: about how many events come at a time from a backlog; for who only notes whom they
        are about, since a step that fails is done again event by event.
    :param without: names of events that never come, as one's own where they tell nothing new.
    """

    batch: int = 500
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the batch."""
        if not 1 <= self.batch <= 5_000:
            raise ValueError("a batch has from 1 to 5000 events")


@dataclass(frozen=True, slots=True)
class Demo:
    """What a plugin adds to the demo's data.

    :param fill: gets a write session and ``now``, after the demo's customers and trade are there;
        it may be called again after an interruption, and then adds nothing twice.
    """

    fill: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of file that can be imported, with all that imports of the core have.

    Recognised columns, a mapping that is kept, a dry run, refused rows in a file, resuming after a
    kill, taking back. ``sdk.imports`` has the types that are named here.

    :param key: ``<plugin>.<name>``.
    :param fields: ``ImportField`` objects that a column, or one value for the whole file, can fill.
    :param start: ``start(header, mapping, context)`` makes the ``RowImporter`` for one file; it
        raises ``Invalid`` if they do not fit.
    :param undo: ``undo(session, import_id, now)`` takes back up to some hundred things of an import
        and returns ``Undone``; called until there is no more. What you write carries ``import_id``.
    :param batch: how many items are written in one transaction.
    :param repeated: what mostly becomes of an item that is there already.
    :param permission: who may import such files, beside ``imports.run``.
    :param more_fields: gets a session; fields that only this installation has.
    """

    key: str
    title: Text
    fields: Sequence[Any]
    start: Callable[..., Any]
    undo: Callable[..., Any]
    batch: int = 2000
    repeated: Literal["created", "changed", "unchanged"] = "changed"
    permission: str = "imports.run"
    more_fields: Callable[..., Sequence[Any]] | None = None
