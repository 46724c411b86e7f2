"""End the relation with a customer (关闭接触) and take it up again.

A closed customer gets no marketing through any channel; ``contact.py`` sees to that. Taking the
relation up again needs an occasion: the customer agreed anew, or came to us of their own accord.
"""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.changing import write_changes
from guanxi.customers.domain.drafts import MAX_TEXT
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.lookup import living_customer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import Customer, CustomerConsent
from guanxi.errors import Refused

Occasion = Literal["consent", "contact"]
OCCASIONS: Final = ("consent", "contact")


def close_customer(session: Session, customer_id: UUID, reason: str, *, now: datetime) -> Customer:
    """Close a customer; one that is closed already stays as it is.

    :raises NoSuchCustomer: it is not there, or out of sight.
    :raises InvalidCustomer: there is no reason.
    """
    reason = clean_text(reason, MAX_TEXT)
    if not reason:
        raise InvalidCustomer("Say why the relation ends.", field="reason")
    customer = living_customer(session, customer_id)
    if customer.status != "closed":
        wanted = {"status": "closed", "closed_at": now, "closed_reason": reason}
        write_changes(session, customer, wanted, now=now, action="customer.closed")
    return customer


def reopen_customer(
    session: Session, customer_id: UUID, occasion: str, note: str, *, now: datetime
) -> Customer:
    """Take up the relation again; an open one stays as it is.

    :param occasion: ``consent``, then one must have been recorded since the closing, or
        ``contact``: the customer came to us, and ``note`` says when and how.
    :raises Refused: no consent was given since the closing.
    :raises InvalidCustomer: an unknown occasion, or no note.
    """
    note = clean_text(note, MAX_TEXT)
    if occasion not in OCCASIONS:
        raise InvalidCustomer("The occasion is consent or contact.", field="occasion")
    if not note:
        raise InvalidCustomer("Say when and how the customer asked for it.", field="note")
    customer = living_customer(session, customer_id)
    if customer.status == "closed":
        if occasion == "consent":
            _require_consent(session, customer)
        wanted = {"status": "active", "closed_at": None, "closed_reason": None}
        why = {"occasion": occasion, "note": note}
        write_changes(session, customer, wanted, now=now, action="customer.reopened", why=why)
    return customer


def _require_consent(session: Session, customer: Customer) -> None:
    c = CustomerConsent
    given = session.scalar(
        select(exists().where(c.customer_id == customer.id, c.given, c.at >= customer.closed_at))
    )
    if not given:
        raise Refused(
            "No consent was recorded since this customer was closed. Record it first, "
            "or say that the customer came to you."
        )
