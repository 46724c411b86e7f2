"""Take one message for sending: judged once more, then claimed by a conditional UPDATE.

Whoever claimed it hands it over outside of any transaction and reports by ``outcomes.py``. So it
goes out at most once, whoever dies when.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.customers.domain.contact import NEEDS_NO_CONSENT
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import Customer
from guanxi.messages.domain.channels import Way
from guanxi.messages.domain.gate import Ruling, rule
from guanxi.messages.domain.merge_fields import MissingValue
from guanxi.messages.domain.outgoing import OutgoingMessage
from guanxi.messages.domain.queueing import NO_VALUE
from guanxi.messages.domain.scheduling import send_later
from guanxi.messages.domain.stepping import step
from guanxi.messages.domain.unsubscribing import Subscription, UnsubscribeLinks
from guanxi.messages.domain.writing import HIDDEN_LINK, Written, write
from guanxi.messages.models import WAITING, Message


def find_due(session: Session, *, now: datetime, limit: int = 200) -> list[UUID]:
    """Return messages that are due, the longest waiting first."""
    return list(
        session.scalars(
            select(Message.id)
            .where(Message.state.in_(WAITING), Message.due_at <= now)
            .order_by(Message.due_at)
            .limit(limit)
        )
    )


def claim(
    session: Session, message_id: UUID, links: UnsubscribeLinks, *, now: datetime
) -> tuple[OutgoingMessage, Way] | None:
    """Return the message to hand over now, and on which way; None where it must not go out."""
    message = session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.state.in_(WAITING), Message.due_at <= now)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if message is None:
        return None
    customer = get_customer(session, message.customer_id)
    ruling = rule(
        session, customer, message.channel, message.purpose, urgent=message.urgent, now=now
    )
    if ruling.way is None:
        step(session, message, "refused", ruling.reason)
        return None
    if ruling.state == "held":
        step(session, message, "held", ruling.reason, due_at=ruling.due_at)
        send_later(session, message.id, at=ruling.due_at)
        return None
    outgoing = _filled_in(session, message, customer, ruling, links)
    if outgoing is None or not _take(session, message, outgoing, now):
        return None
    return outgoing, ruling.way


def _filled_in(
    session: Session, message: Message, customer: Customer, ruling: Ruling, links: UnsubscribeLinks
) -> OutgoingMessage | None:
    link = None
    if message.purpose not in NEEDS_NO_CONSENT:
        link = links.url(Subscription(customer.id, message.channel, message.purpose))
    try:
        written = write(
            session,
            customer,
            Written(message.subject, message.body),
            channel=message.channel,
            purpose=message.purpose,
            sender_name=message.sender_name,
            link=link or HIDDEN_LINK,
        )
    except MissingValue as missing:
        step(session, message, "refused", NO_VALUE, values={"field": missing.name})
        return None
    return OutgoingMessage(
        id=message.id,
        customer_id=customer.id,
        channel=message.channel,
        purpose=message.purpose,
        to=ruling.address,
        subject=written.subject,
        text=written.text,
        sender_name=message.sender_name,
        unsubscribe_url=link,
    )


def _take(session: Session, message: Message, outgoing: OutgoingMessage, now: datetime) -> bool:
    text = outgoing.text
    if outgoing.unsubscribe_url:
        text = text.replace(outgoing.unsubscribe_url, HIDDEN_LINK)
    taken = session.execute(
        update(Message)
        .where(Message.id == message.id, Message.state.in_(WAITING))
        .values(
            state="sending",
            reason=None,
            reason_values={},
            claimed_at=now,
            tries=Message.tries + 1,
            address=outgoing.to,
            sent_subject=outgoing.subject,
            sent_text=text,
        )
        .returning(Message.id)
    )
    return taken.one_or_none() is not None
