"""Which channels the composer offers for one customer, each with the reason where it cannot."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from guanxi.customers.models import Customer
from guanxi.i18n import _
from guanxi.messages.domain.channels import ways
from guanxi.messages.domain.gate import Ruling, rule
from guanxi.messages.domain.preference import preferred_channel
from guanxi.messages.domain.reasons import in_words


class Choice(NamedTuple):
    """One channel: whether it can be used, what it costs, and why not or not now."""

    key: str
    title: str
    possible: bool
    reason: str
    address: str


def choices(
    session: Session, customer: Customer, purpose: str, language: str, *, now: datetime
) -> list[Choice]:
    """Return all channels: usable ones first; of those that of the customer, then the cheapest.

    One that is free now comes before one that has to wait for the end of quiet hours.
    """
    found = []
    offered = ways(session)
    preferred = preferred_channel(session, customer.id, offered.keys())
    for key, way in offered.items():
        ruling = rule(session, customer, key, purpose, urgent=False, now=now)
        title = way.channel.title.in_language(language)
        found.append((ruling.way is None, ruling.state == "held", key != preferred,
                      way.channel.cost,
                      _choice(key, title, ruling, is_preferred=key == preferred)))  # fmt: skip
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:4])]


def _choice(key: str, title: str, ruling: Ruling, *, is_preferred: bool) -> Choice:
    reason = in_words(ruling.reason, {})
    if is_preferred and not reason:
        reason = _("the customer last wrote or came this way")
    return Choice(key, title, ruling.way is not None, reason, ruling.address)
