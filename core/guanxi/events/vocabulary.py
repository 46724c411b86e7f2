"""What can happen, in the past tense: frozen, versioned, and free of personal data.

A plugin adds events of its own by subclassing :class:`Event` with a name under its prefix and
returning them from ``register_events``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events.

    ``position``, ``recorded_at`` and ``actor`` are filled in when the log hands the event to a
    reader; who appends an event leaves them alone.
    """

    kind: ClassVar[str] = ""
    """The name in the log; the class name for the core's, ``plugin.Name`` for a plugin's."""
    version: ClassVar[int] = 1

    customer_id: UUID | None = None
    """The customer whose events are kept in order; None where nobody is known yet."""
    position: int = field(default=0, compare=False)
    recorded_at: datetime | None = field(default=None, compare=False)
    actor: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a purchase or return: what, how many, at which unit price (major unit)."""

    product: str
    description: str | None
    quantity: Decimal
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class TouchpointFacts:
    """A touchpoint (接触点) at one moment; ``amount`` is in the major unit of ``currency``."""

    channel: str
    kind: str
    direction: str
    occurred_at: datetime
    customer_id: UUID | None = None
    staff_id: UUID | None = None
    outcome: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    source: str | None = None
    external_id: str | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    """A customer (客户) is new."""

    customer_kind: Literal["person", "organisation"]
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    """Something known about a customer changed; ``fields`` names it, without values."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(Event):
    """``merged_id`` became part of ``customer_id``; with ``undone`` they are two again."""

    merged_id: UUID
    undone: bool = False


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """A person's data was erased; plugins hold nothing more of them."""


@dataclass(frozen=True, kw_only=True)
class TouchpointRecorded(Event):
    """A contact, purchase or return took place."""

    touchpoint_id: UUID
    touchpoint: TouchpointFacts


@dataclass(frozen=True, kw_only=True)
class TouchpointCorrected(Event):
    """A touchpoint was voided (``after`` is None), amended, or assigned to a customer."""

    touchpoint_id: UUID
    before: TouchpointFacts
    after: TouchpointFacts | None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class RewardRequested(Event):
    """Somebody asks that a reward (奖励) be given; a plugin that fulfils its kind will answer."""

    reward_id: UUID
    reward_kind: str
    amount: Decimal | None = None
    unit: str | None = None
    reason: str
    source: str


@dataclass(frozen=True, kw_only=True)
class RewardGranted(Event):
    """A reward was given."""

    reward_id: UUID
    reward_kind: str
    amount: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class RewardRedeemed(Event):
    """A reward was used, wholly or by ``amount``."""

    reward_id: UUID
    reward_kind: str
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RewardReversed(Event):
    """A reward was taken back, with the reason."""

    reward_id: UUID
    reward_kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RewardExpired(Event):
    """A reward ran out before it was used."""

    reward_id: UUID
    reward_kind: str


CORE_EVENTS: tuple[type[Event], ...] = (
    CustomerCreated,
    CustomerChanged,
    CustomersMerged,
    CustomerErased,
    TouchpointRecorded,
    TouchpointCorrected,
    RewardRequested,
    RewardGranted,
    RewardRedeemed,
    RewardReversed,
    RewardExpired,
)
