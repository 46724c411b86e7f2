"""A message as somebody wants it sent, and the rules that it must meet by itself."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from guanxi.customers.domain.consents import PURPOSES
from guanxi.customers.domain.contact import NEEDS_NO_CONSENT
from guanxi.customers.domain.text import clean_text
from guanxi.messages.domain.faults import InvalidMessage
from guanxi.messages.domain.merge_fields import UNSUBSCRIBE, fields_of

MAX_SUBJECT: Final = 200
MAX_BODY: Final = 10_000
MAX_KEY: Final = 200
MAX_SOURCE: Final = 60
STAFF: Final = "guanxi"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """What is to be sent; ``subject`` and ``body`` may hold merge fields.

    :param purpose: one of ``consents.PURPOSES``; all but ``service`` need a consent.
    :param source: who asks: ``guanxi`` for staff, else the plugin's name.
    :param idempotency_key: the same for the same wish, however often it is asked; unique with
        ``source``. Without one each call is another message.
    :param urgent: quiet hours do not hold it back; for service messages only.
    """

    customer_id: UUID
    channel: str
    purpose: str
    body: str
    subject: str = ""
    source: str = STAFF
    idempotency_key: str | None = None
    urgent: bool = False


def checked(draft: MessageDraft) -> MessageDraft:
    """Return ``draft`` with clean texts.

    :raises InvalidMessage: the sentence says which field and what to write instead.
    :raises InvalidText: a text that cannot be stored.
    """
    if draft.purpose not in PURPOSES:
        raise InvalidMessage(
            "Choose one of the purposes: %(offered)s.", field="purpose", offered=", ".join(PURPOSES)
        )
    if draft.urgent and draft.purpose not in NEEDS_NO_CONSENT:
        raise InvalidMessage("Only a service message may be urgent.", field="urgent")
    subject, body = checked_texts(draft.subject, draft.body, draft.purpose)
    channel = clean_text(draft.channel, MAX_SOURCE)
    if not channel:
        raise InvalidMessage("Choose one of the channels offered.", field="channel")
    if channel == "email" and not subject:
        raise InvalidMessage("An e-mail needs a subject.", field="subject")
    return replace(
        draft,
        channel=channel,
        subject=subject,
        body=body,
        source=clean_text(draft.source, MAX_SOURCE) or STAFF,
        idempotency_key=clean_text(draft.idempotency_key or "", MAX_KEY) or None,
    )


def checked_texts(subject: str, body: str, purpose: str) -> tuple[str, str]:
    """Return subject and body clean, every merge field in them known.

    :raises InvalidMessage: no body, an unknown field, a link to unsubscribe from what needs none.
    :raises InvalidText: a text that cannot be stored.
    """
    subject = clean_text(subject, MAX_SUBJECT)
    body = clean_text(body, MAX_BODY, multiline=True)
    if not body:
        raise InvalidMessage("Write what the message says.", field="body")
    if UNSUBSCRIBE in fields_of(subject, field="subject"):
        raise InvalidMessage("The link to unsubscribe belongs into the text.", field="subject")
    if UNSUBSCRIBE in fields_of(body, field="body") and purpose in NEEDS_NO_CONSENT:
        raise InvalidMessage(
            "Nobody can unsubscribe from service messages. Take the link out.", field="body"
        )
    return subject, body
