"""Consent (同意): what a customer agreed to, per channel and purpose, with its whole history.

Each decision is a row; the latest counts, none is ever changed. Whether somebody may be written
to is judged in ``contact.py``.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.changing import announce_change
from guanxi.customers.domain.drafts import MAX_TEXT
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.lookup import living_customer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import Customer, CustomerConsent
from guanxi.db import write_context
from guanxi.db.inserting import Rows, insert_rows
from guanxi.i18n import Text
from guanxi.ids import new_id

ANY: Final = "any"
"""A decision for all channels together."""
CHANNELS: Final = {
    ANY: Text("All channels", "所有渠道"),
    "email": Text("E-mail", "电子邮件"),
    "sms": Text("Text message", "短信"),
    "phone": Text("Phone", "电话"),
    "wechat": Text("WeChat", "微信"),
    "social_media": Text("Social media", "社交媒体"),
    "post": Text("Post", "邮寄"),
}
"""What is offered; a plugin's channel may be any other key."""
PURPOSES: Final = {
    "marketing": Text("Marketing", "营销"),
    "service": Text("Service", "服务"),
    "profiling": Text("Profiling", "画像分析"),
    "community": Text("Community", "社群"),
    "referral": Text("Referral", "转介绍"),
    "credit": Text("Credit assessment", "信用评估"),
}
"""A fixed list, so that nobody can invent a purpose that needs no consent."""
CONSENTS: Final[Table] = CustomerConsent.__table__  # type: ignore[assignment]
CONSENT_COLUMNS: Final = (
    "id", "customer_id", "channel", "purpose", "given", "at", "evidence", "actor_name",
)  # fmt: skip
_CHANNEL: Final = re.compile("[a-z][a-z0-9_.]{0,59}")


class Decision(NamedTuple):
    """One decision of a customer, as somebody heard of it."""

    channel: str
    purpose: str
    given: bool
    evidence: str | None = None
    """How it was given: form, call, the version of the text."""


def record_consent(
    session: Session, customer_id: UUID, decisions: Sequence[Decision], *, now: datetime
) -> Customer:
    """Note what a customer decided. Repeating a decision is noted again, as fresh evidence.

    :raises NoSuchCustomer: it is not there, or out of sight.
    :raises InvalidCustomer: an unknown purpose, or a channel that cannot be one.
    """
    customer = living_customer(session, customer_id)
    checked = [checked_decision(one) for one in decisions]
    append_decisions(session, customer.id, checked, at=now)
    announce_change(session, customer.id, tuple(sorted({field_of(one) for one in checked})))
    audit.record(
        session,
        "customer.consent",
        ("customer", customer.id),
        after={field_of(one): one.given for one in checked},
    )
    return customer


def append_decisions(
    session: Session, customer_id: UUID, decisions: Iterable[Decision], *, at: datetime
) -> list[UUID]:
    """Write decisions and return their ids; no event, no audit."""
    actor = write_context(session).actor.name
    rows = [
        (new_id(), customer_id, one.channel, one.purpose, one.given, at, one.evidence, actor)
        for one in decisions
    ]
    insert_rows(session, Rows(CONSENTS, CONSENT_COLUMNS, rows))
    return [row[0] for row in rows]


def history(session: Session, customer_id: UUID) -> Sequence[CustomerConsent]:
    """Return all decisions of a customer, the latest first."""
    return session.scalars(
        select(CustomerConsent)
        .where(CustomerConsent.customer_id == customer_id)
        .order_by(CustomerConsent.at.desc(), CustomerConsent.id.desc())
    ).all()


def latest(decisions: Iterable[CustomerConsent]) -> dict[tuple[str, str], CustomerConsent]:
    """Return what counts now by channel and purpose; ``decisions`` come latest first."""
    found: dict[tuple[str, str], CustomerConsent] = {}
    for one in decisions:
        found.setdefault((one.channel, one.purpose), one)
    return found


def field_of(decision: Decision) -> str:
    """Return what the decision is called in events and the audit log."""
    return f"consent.{decision.purpose}.{decision.channel}"


def checked_decision(decision: Decision) -> Decision:
    """Return a decision that can be stored.

    :raises InvalidCustomer: an unknown purpose, or a channel that cannot be one.
    """
    if decision.purpose not in PURPOSES:
        raise InvalidCustomer(
            "Choose one of the purposes: %(offered)s.", field="purpose", offered=", ".join(PURPOSES)
        )
    if not _CHANNEL.fullmatch(decision.channel):
        raise InvalidCustomer("Choose one of the channels offered.", field="channel")
    evidence = clean_text(decision.evidence or "", MAX_TEXT) or None
    return decision._replace(evidence=evidence)
