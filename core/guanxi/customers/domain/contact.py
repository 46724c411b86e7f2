"""May we write to this customer? The one gate that every outgoing message passes.

Rules: who asked for the relation to end gets no marketing through any channel; marketing and
all other purposes but service need a consent that still stands; service needs none, but a
withdrawal of it counts. A decision for all channels and one for a single channel are compared
by their time, the later one counts.
"""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from guanxi.customers.domain.consents import ANY, PURPOSES
from guanxi.customers.domain.faults import InvalidCustomer, NoSuchCustomer
from guanxi.customers.domain.lookup import resolve
from guanxi.customers.models import Customer, CustomerConsent
from guanxi.i18n import lazy_

NEEDS_NO_CONSENT: Final = frozenset({"service"})

REASONS: Final = {
    "allowed": lazy_("Allowed by the customer."),
    "service": lazy_("Service messages need no consent."),
    "closed": lazy_("The relation with this customer is closed: nothing but service messages."),
    "withdrawn": lazy_("The customer withdrew the consent."),
    "no_consent": lazy_("The customer never agreed to this."),
    "gone": lazy_("This customer's data was erased or merged into another's."),
}


class Verdict(NamedTuple):
    """Whether somebody may be written to; ``reason`` is a key of :data:`REASONS`."""

    allowed: bool
    reason: str


def _yes(reason: str) -> Verdict:
    return Verdict(allowed=True, reason=reason)


def _no(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def may_contact(session: Session, customer_id: UUID, channel: str, purpose: str) -> Verdict:
    """Judge one customer, following merges; ask at the moment of sending, not only when planning.

    :raises InvalidCustomer: an unknown purpose.
    """
    try:
        customer_id = resolve(session, customer_id)
    except NoSuchCustomer:
        return _no("gone")
    return may_contact_many(session, [customer_id], channel, purpose)[customer_id]


def may_contact_many(
    session: Session, customer_ids: Collection[UUID], channel: str, purpose: str
) -> Mapping[UUID, Verdict]:
    """Judge many customers with two statements; ids out of sight count as gone.

    :raises InvalidCustomer: an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise InvalidCustomer(
            "Choose one of the purposes: %(offered)s.", field="purpose", offered=", ".join(PURPOSES)
        )
    found = session.execute(
        select(Customer.id, Customer.status).where(
            Customer.id.in_(customer_ids),
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
        )
    )
    status = dict(found.all())
    decisions = _latest(session, status.keys(), channel, purpose)
    return {
        one: judge(status.get(one), purpose, decision=decisions.get(one)) for one in customer_ids
    }


def judge(status: str | None, purpose: str, *, decision: bool | None) -> Verdict:
    """Apply the rules: ``status`` is None for nobody, ``decision`` None where there is none."""
    if status is None:
        return _no("gone")
    if status == "closed" and purpose not in NEEDS_NO_CONSENT:
        return _no("closed")
    if decision is not None:
        return _yes("allowed") if decision else _no("withdrawn")
    if purpose in NEEDS_NO_CONSENT:
        return _yes("service")
    return _no("no_consent")


def _latest(
    session: Session, customer_ids: Collection[UUID], channel: str, purpose: str
) -> dict[UUID, bool]:
    c = CustomerConsent
    rows = session.execute(
        select(c.customer_id, c.given)
        .where(c.customer_id.in_(customer_ids), c.purpose == purpose, c.channel.in_((channel, ANY)))
        .ext(distinct_on(c.customer_id))
        .order_by(c.customer_id, c.at.desc(), c.id.desc())
    )
    return dict(rows.all())
