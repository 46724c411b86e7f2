"""What a channel's ``send`` gets: one message, judged, filled in, ready to go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


class OutcomeUnknown(Exception):
    """The provider may have taken the message or not; it must not be sent again by itself."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to ``to``: an address, a number or a handle, as the channel's identity has it.

    ``id`` is the same whenever this message is tried again: hand it to the provider as its
    idempotency key. ``settings`` are those of the plugin (or the core) that owns the channel,
    secrets in clear. ``unsubscribe_url`` is None for purposes that need no consent.
    """

    id: UUID
    customer_id: UUID
    channel: str
    purpose: str
    to: str
    subject: str
    text: str
    sender_name: str
    unsubscribe_url: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
