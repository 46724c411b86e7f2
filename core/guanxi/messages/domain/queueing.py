"""Queue a message: the one way in, for staff, for programs and for plugins.

Whatever the gate decides is written down: a refused message is a row, too, with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import Customer
from guanxi.db import write_context
from guanxi.errors import Refused
from guanxi.ids import new_id
from guanxi.messages.domain.channels import ways
from guanxi.messages.domain.drafts import MessageDraft, checked
from guanxi.messages.domain.faults import DifferentMessage, InvalidMessage
from guanxi.messages.domain.gate import rule
from guanxi.messages.domain.merge_fields import MissingValue
from guanxi.messages.domain.scheduling import send_later
from guanxi.messages.domain.writing import Written, write
from guanxi.messages.models import WAITING, Message
from guanxi.plugins import dispatch

NO_VALUE = (
    'The merge field %(field)s is empty for this customer; give it a default: | default("…").'
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a draft: its state, when it is due, and why."""

    state: str
    due_at: datetime
    reason: str | None = None
    values: Mapping[str, Any] | None = None


def queue_message(session: Session, draft: MessageDraft, *, now: datetime) -> Message:
    """Queue ``draft`` if the gate lets it; ask ``state`` and ``reason`` what became of it.

    The same source and idempotency key give the first message again.

    :raises InvalidMessage: a field that does not do: unknown channel, purpose, merge field.
    :raises NoSuchCustomer: there is none that the session may see.
    :raises DifferentMessage: the key stands for another message.
    """
    customer = get_customer(session, draft.customer_id)
    draft = replace(checked(draft), customer_id=customer.id)
    key = draft.idempotency_key or new_id().hex
    if draft.idempotency_key:
        earlier = _earlier(session, draft.source, key)
        if earlier is not None:
            return _same(earlier, draft)
    if draft.channel not in ways(session):
        raise InvalidMessage("Choose one of the channels offered.", field="channel")
    decision = decide(session, customer, draft, now=now)
    message = _insert(session, draft, key, decision, now)
    if message is None:
        return queue_message(session, draft, now=now)
    _announce(session, message)
    return message


def decide(session: Session, customer: Customer, draft: MessageDraft, *, now: datetime) -> Decision:
    """Ask the gate, the text and the plugins; nothing is written.

    :raises InvalidMessage: an unknown merge field.
    """
    ruling = rule(session, customer, draft.channel, draft.purpose, urgent=draft.urgent, now=now)
    if ruling.state == "refused":
        return Decision("refused", now, ruling.reason)
    try:
        write(
            session,
            customer,
            Written(draft.subject, draft.body),
            channel=draft.channel,
            purpose=draft.purpose,
            sender_name=_sender(session),
        )
        if "write" in session.info:
            dispatch.check(session, "check_message", message=draft)
    except MissingValue as missing:
        return Decision("refused", now, NO_VALUE, {"field": missing.name})
    except Refused as refused:
        return Decision("refused", now, refused.message, refused.params)
    return Decision(ruling.state, ruling.due_at, ruling.reason)


def _sender(session: Session) -> str:
    """Return who writes: the person, or the company where a program or plugin does."""
    context = session.info.get("write")
    if context is not None and context.actor.kind in ("user", "token"):
        return str(context.actor.name)
    return str(session.info["settings"]("core").get("company") or "")


def _earlier(session: Session, source: str, key: str) -> Message | None:
    return session.scalars(
        select(Message).where(Message.source == source, Message.idempotency_key == key)
    ).one_or_none()


def _same(earlier: Message, draft: MessageDraft) -> Message:
    names = ("customer_id", "channel", "purpose", "subject", "body", "urgent")
    if any(getattr(earlier, name) != getattr(draft, name) for name in names):
        raise DifferentMessage(earlier.id)
    return earlier


def _insert(
    session: Session, draft: MessageDraft, key: str, decision: Decision, now: datetime
) -> Message | None:
    """Insert the row; None if another one took the key just now."""
    actor = write_context(session).actor
    values = {
        "id": new_id(),
        "customer_id": draft.customer_id,
        "channel": draft.channel,
        "purpose": draft.purpose,
        "subject": draft.subject,
        "body": draft.body,
        "urgent": draft.urgent,
        "source": draft.source,
        "idempotency_key": key,
        "state": decision.state,
        "reason": decision.reason,
        "reason_values": {k: str(v) for k, v in (decision.values or {}).items()},
        "sender_id": actor.id if actor.kind in ("user", "token") else None,
        "sender_name": _sender(session),
        "created_at": now,
        "due_at": decision.due_at,
    }
    statement = insert(Message).values(values).on_conflict_do_nothing().returning(Message)
    return session.scalars(statement).one_or_none()


def _announce(session: Session, message: Message) -> None:
    audit.record(
        session,
        f"message.{message.state}",
        ("message", message.id),
        after={
            "customer_id": message.customer_id,
            "channel": message.channel,
            "purpose": message.purpose,
            "reason": message.reason,
        },
    )
    if message.state in WAITING:
        send_later(session, message.id, at=message.due_at)
