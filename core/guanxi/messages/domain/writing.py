"""Fill in a message for its customer: the very text that goes out, and the one that is kept."""

from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from guanxi.customers.domain.contact import NEEDS_NO_CONSENT
from guanxi.customers.models import Customer
from guanxi.messages.domain.merge_fields import UNSUBSCRIBE, fields_of, fill
from guanxi.messages.domain.salutation import values_for

HIDDEN_LINK: Final = "[…]"
"""Stands for the personal link wherever others than the customer read the text."""
_FOOTER: Final = {
    "zh": "\n\n--\n不想再收到此类消息？退订：{{ unsubscribe_link }}",
    "en": "\n\n--\nNo more messages of this kind: {{ unsubscribe_link }}",
}


class Written(NamedTuple):
    """A subject and a text with all values put in."""

    subject: str
    text: str


def write(
    session: Session,
    customer: Customer,
    texts: Written,
    *,
    channel: str,
    purpose: str,
    sender_name: str,
    link: str = HIDDEN_LINK,
) -> Written:
    """Return ``texts`` filled in; an e-mail that needs consent always ends with a way out.

    :raises MissingValue: a field is empty for this customer and has no default.
    """
    settings = session.info["settings"]("core")
    values = values_for(customer, settings, sender_name=sender_name, unsubscribe_link=link)
    text = texts.text
    needs_a_way_out = channel == "email" and purpose not in NEEDS_NO_CONSENT
    if needs_a_way_out and UNSUBSCRIBE not in fields_of(text, field="body"):
        language = customer.language or settings.get("language") or "en"
        text += _FOOTER["zh" if language.startswith("zh") else "en"]
    return Written(fill(texts.subject, values, field="subject"), fill(text, values, field="body"))
