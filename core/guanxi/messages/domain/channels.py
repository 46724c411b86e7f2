"""The ways to reach customers: e-mail by the core, others by plugins; and who has an address."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.models import CustomerIdentity
from guanxi.i18n import Text
from guanxi.messages.domain.outgoing import OutgoingMessage
from guanxi.messages.mail import Mail, send_mail
from guanxi.plugins.contract import MessageChannel

CORE: Final = "core"


class Way(NamedTuple):
    """A channel and whose settings it works with: ``core`` or a plugin's name."""

    owner: str
    channel: MessageChannel


def send_email(message: OutgoingMessage) -> str:
    """Send by the company's mail server; return the Message-ID."""
    headers = {}
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = Mail(message.to, message.subject, message.text, headers, id=message.id.hex)
    return send_mail(message.settings, mail)


EMAIL: Final = MessageChannel(
    key="email", title=Text("E-mail", "电子邮件"), identity_kind="email", send=send_email
)


def ways(session: Session) -> Mapping[str, Way]:
    """Return the channels that are there now, by key; a plugin cannot take the core's place."""
    plugins = session.info["channels"]()
    return {channel.key: Way(owner, channel) for owner, channel in plugins} | {
        EMAIL.key: Way(CORE, EMAIL)
    }


def address_of(session: Session, customer_id: UUID, channel: MessageChannel) -> str | None:
    """Return where a customer is reached on ``channel``: verified first, then the oldest."""
    i = CustomerIdentity
    wanted = [i.customer_id == customer_id, i.kind == channel.identity_kind]
    if channel.identity_source:
        wanted.append(i.source == channel.identity_source)
    found = session.scalars(
        select(i).where(*wanted).order_by(i.verified.desc(), i.created_at, i.id).limit(1)
    ).first()
    if found is None:
        return None
    return found.display if channel.identity_kind == "email" else found.value
