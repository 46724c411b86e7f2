"""What is known about one customer, as far as some rules look at it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from guanxi_segmentation.rules.context import Context


class Contact(NamedTuple):
    """One recorded touchpoint (接触点)."""

    occurred_at: datetime
    kind: str
    channel: str
    direction: str
    outcome: str | None
    source: str
    amount: Decimal | None
    currency: str | None
    products: frozenset[str] = frozenset()


class Decision(NamedTuple):
    """One decision about consent."""

    at: datetime
    channel: str
    purpose: str
    given: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The inputs of the rules for one customer; nothing in here depends on the instant."""

    customer_id: UUID
    context: Context
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Values by key; None where not known."""
    texts: Mapping[tuple[str, str, str], bool | None] = field(default_factory=dict)
    """Of (attribute, ``contains`` or ``starts``, text): what PostgreSQL says, whose lower case
    counts."""
    touchpoints: tuple[Contact, ...] = ()
    """In the order of ``occurred_at``; voided ones are not among them."""
    decisions: tuple[Decision, ...] = ()
    """In their order; a later one counts."""
    segments: Mapping[str, datetime] = field(default_factory=dict)
    """Keys of the segments that the customer is in, hidden ones too, and since when."""

    def entered(self, keys: Collection[str], at: datetime) -> "Facts":
        """Return the same customer in further segments since ``at``."""
        return replace(self, segments={**dict.fromkeys(keys, at), **self.segments})

    def left(self, keys: Collection[str]) -> "Facts":
        """Return the same customer without some segments."""
        rest = {key: at for key, at in self.segments.items() if key not in keys}
        return replace(self, segments=rest)
