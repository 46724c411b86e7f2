"""The gate (发送闸门): may this message go out, now or later? Asked when queueing and when sending.

Consent and closure are judged by ``customers.domain.contact``; here come the channel, the
address and quiet hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.customers.domain.contact import NEEDS_NO_CONSENT, may_contact
from guanxi.customers.models import Customer
from guanxi.messages.domain.channels import Way, address_of, ways
from guanxi.messages.domain.quiet import quiet_time
from guanxi.messages.domain.zones import zone_of


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate says. ``due_at`` is when it may go out; ``way`` is None where it may not."""

    state: str
    due_at: datetime
    reason: str | None = None
    way: Way | None = None
    address: str = ""


def rule(
    session: Session, customer: Customer, channel: str, purpose: str, *, urgent: bool, now: datetime
) -> Ruling:
    """Judge one message to one customer.

    :raises InvalidCustomer: an unknown purpose.
    """
    verdict = may_contact(session, customer.id, channel, purpose)
    if not verdict.allowed:
        return Ruling("refused", now, verdict.reason)
    way = ways(session).get(channel)
    if way is None:
        return Ruling("refused", now, "no_channel")
    address = address_of(session, customer.id, way.channel)
    if address is None:
        return Ruling("refused", now, "no_identity")
    due_at = now
    if not (urgent and purpose in NEEDS_NO_CONSENT):
        due_at = _after_quiet(session.info["settings"]("core"), customer, now)
    if due_at > now:
        return Ruling("held", due_at, "quiet", way, address)
    return Ruling("queued", now, None, way, address)


def _after_quiet(settings: Mapping[str, Any], customer: Customer, now: datetime) -> datetime:
    zone = zone_of(customer.country, settings.get("time_zone") or FALLBACK_ZONE)
    return quiet_time(settings, customer.country, customer.language).over_at(now, zone)


FALLBACK_ZONE: Final = "UTC"
