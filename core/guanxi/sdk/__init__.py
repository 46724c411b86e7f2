"""What a plugin may import; nothing else of Guanxi is public.

``from guanxi.sdk import hookimpl, Manifest, Text, ...``. The names are kept in a snapshot,
``tests/contract/public_api.txt``, so that a change of them is seen in review.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import Domain
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Session

from guanxi.access.models import TeamMember
from guanxi.audit import record
from guanxi.audit.query import recorded
from guanxi.customers.models import Customer
from guanxi.customers.models import CustomerConsent as Consent
from guanxi.db.base import NAMING, Base, Money, PrimaryId, UtcInstant
from guanxi.db.direct import run
from guanxi.db.direct import without_waiting as _without_waiting
from guanxi.db.journey import Ready, fetch_together
from guanxi.db.write import write_context
from guanxi.delivery.jobs import defer_plugin_job
from guanxi.delivery.undelivered import undelivered
from guanxi.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Refused,
    Unavailable,
)
from guanxi.events import append, append_alike
from guanxi.events.vocabulary import (
    CustomerChanged,
    CustomerCreated,
    CustomerErased,
    CustomersMerged,
    Event,
    Line,
    RewardExpired,
    RewardGranted,
    RewardRedeemed,
    RewardRequested,
    RewardReversed,
    TouchpointCorrected,
    TouchpointFacts,
    TouchpointRecorded,
)
from guanxi.hookspecs import hookimpl
from guanxi.http import current
from guanxi.http.routes import Api, Pages
from guanxi.i18n import Text
from guanxi.ids import new_id
from guanxi.plugins.contract import (
    CONTRACT_VERSION,
    Attribute,
    AttributeSource,
    Demo,
    Importer,
    Job,
    Manifest,
    MenuItem,
    MessageChannel,
    Panel,
    Permission,
    Reading,
    RewardKind,
    TimelineEntry,
)
from guanxi.plugins.records import bump_generation
from guanxi.sdk import (
    custom_fields,
    customers,
    imports,
    messages,
    rewards,
    tables,
    tasks,
    touchpoints,
    web,
)
from guanxi.touchpoints.models import Channel, Outcome, Touchpoint, TouchpointKind, TouchpointLine
from guanxi.work.domain.alarms import ask_people, raise_alarm, settle_asked

if TYPE_CHECKING:
    from guanxi.command import CommandContext

__all__ = [
    "CONTRACT_VERSION",
    "Api",
    "Attribute",
    "AttributeSource",
    "Channel",
    "Conflict",
    "Consent",
    "Customer",
    "CustomerChanged",
    "CustomerCreated",
    "CustomerErased",
    "CustomersMerged",
    "Demo",
    "Event",
    "Forbidden",
    "Importer",
    "Invalid",
    "Job",
    "Line",
    "Manifest",
    "MenuItem",
    "MessageChannel",
    "Money",
    "NotFound",
    "Outcome",
    "Pages",
    "Panel",
    "Permission",
    "PreconditionFailed",
    "PrimaryId",
    "Reading",
    "Ready",
    "Refused",
    "RewardExpired",
    "RewardGranted",
    "RewardKind",
    "RewardRedeemed",
    "RewardRequested",
    "RewardReversed",
    "TeamMember",
    "Text",
    "TimelineEntry",
    "Touchpoint",
    "TouchpointCorrected",
    "TouchpointFacts",
    "TouchpointKind",
    "TouchpointLine",
    "TouchpointRecorded",
    "Unavailable",
    "UtcInstant",
    "announce_change",
    "append",
    "append_alike",
    "ask_people",
    "attributes_of",
    "command_context",
    "current",
    "custom_fields",
    "customers",
    "fetch_together",
    "hookimpl",
    "imports",
    "messages",
    "model_base",
    "new_id",
    "raise_alarm",
    "record",
    "recorded",
    "rewards",
    "run_job",
    "send",
    "settings_of",
    "settle_asked",
    "tables",
    "tasks",
    "touchpoints",
    "translations",
    "undelivered",
    "web",
    "without_waiting",
    "write_context",
]


def model_base() -> type[DeclarativeBase]:
    """Return a fresh base for a plugin's models, with the column types of the core's.

    Its tables are named ``<plugin>_*``. They refer to the core's by the column itself:
    ``mapped_column(ForeignKey(Customer.id))``.
    """

    class PluginBase(DeclarativeBase):
        """Base of one plugin's models."""

        metadata = MetaData(naming_convention=NAMING)
        type_annotation_map = Base.type_annotation_map

    return PluginBase


def settings_of(session: Session, plugin: str) -> Mapping[str, Any]:
    """Return a plugin's settings in force, defaults included and secrets in clear."""
    values: Mapping[str, Any] = session.info["settings"](plugin)
    return values


def send(session: Session, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Any:
    """Send a statement in the driver's own form (``%s``, ``%(name)s``); return its cursor.

    The shortest way to the database, in the session's transaction: for the few statements that
    every call of a program sends. Rows are plain tuples; nothing in the session is flushed first.

    :raises sqlalchemy.exc.DBAPIError: the database refused it, or is gone.
    """
    return run(session.connection(), statement, values)


def without_waiting(session: Session) -> AbstractContextManager[None]:
    """Return a block in which ``send`` does not wait for the answer, unless its rows are asked for.

    For much that is written piece by piece: the next piece is made while the server stores this
    one. Nothing but ``send`` may be called in the block; a statement that was refused is told of
    at its end at the latest.

    :raises sqlalchemy.exc.DBAPIError: the database refused a statement; nothing after it was done.
    """
    return _without_waiting(session.connection())


def attributes_of(session: Session) -> Mapping[str, Attribute]:
    """Return the attribute catalogue by key: the core's, custom fields, enabled plugins'."""
    found: Mapping[str, Attribute] = session.info["attributes"]()
    made = session.info.get(custom_fields.MADE_HERE)
    return {**found, **made} if made else found


def announce_change(session: Session) -> None:
    """Say that what your plugin offers has changed, such as the attributes of a source.

    Every process looks again at its next request or job. Call it last in a transaction.
    """
    bump_generation(session)


def run_job(session: Session, plugin: str, name: str) -> bool:
    """Queue a run of a plugin's job when the transaction commits; False if one waits already."""
    return defer_plugin_job(session, plugin, name)


def translations(file: str) -> Domain:
    """Return the catalogue in the folder ``translations`` beside ``file`` (``__file__``).

    ``_ = translations(__file__).gettext`` marks and translates a plugin's texts.
    """
    return Domain(translation_directories=[str(Path(file).parent / "translations")])


def command_context() -> "CommandContext":
    """Return the running command's context: its database, its sessions, its actor."""
    import click  # noqa: PLC0415 -- only commands need it

    from guanxi.command import CommandContext  # noqa: PLC0415 -- as above

    found = click.get_current_context().find_object(CommandContext)
    if found is None:
        raise RuntimeError("There is no running guanxi command.")
    return found
