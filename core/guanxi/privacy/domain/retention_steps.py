"""What is due under a retention rule, and how it is cleared; one pair of functions per step."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.changing import announce_change
from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.customers.models import Customer, CustomerActivity, CustomerConsent
from guanxi.messages.models import Message
from guanxi.privacy.domain.requests import make_request
from guanxi.privacy.domain.rules import RULES
from guanxi.privacy.models import PrivacyRequest
from guanxi.touchpoints.models import Touchpoint

CLEARED: Final = "retention.cleared"
_TRADE: Final = ("purchase", "return")
_HAS_TEXT: Final = or_(
    Touchpoint.subject.is_not(None),
    Touchpoint.note.is_not(None),
    Touchpoint.customer_hint.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A domain's period in months (0: no end) and its consent purpose."""

    months: int
    purpose: str


def months_before(now: datetime, months: int) -> datetime:
    """Return the instant so many calendar months ago; the 31st becomes the last of the month."""
    place = now.year * 12 + now.month - 1 - months
    year, month = divmod(place, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def older(column: Any, rule: Rule, now: datetime) -> ColumnElement[bool]:
    """Say whether an instant lies before the period; never where the period has no end."""
    if rule.months == 0:
        return false()
    before: ColumnElement[bool] = column < months_before(now, rule.months)
    return before


def withdrawn(rule: Rule, customer_id: Any) -> ColumnElement[bool]:
    """Say whether the customer's latest decision about the purpose, for all channels, is no."""
    c = CustomerConsent
    latest = (
        select(c.given)
        .where(c.customer_id == customer_id, c.purpose == rule.purpose, c.channel == "any")
        .order_by(c.at.desc(), c.id.desc())
        .limit(1)
        .correlate(Customer, Touchpoint)
        .scalar_subquery()
    )
    return latest.is_(False)


def closed_long_ago(rule: Rule, now: datetime) -> Select[Any]:
    """Customers with whom the relation ended before the period; asked for but once."""
    asked = exists().where(
        PrivacyRequest.customer_id == Customer.id,
        PrivacyRequest.kind == "erase",
        PrivacyRequest.state == "open",
    )
    return select(Customer.id).where(
        Customer.status == "closed",
        Customer.erased_at.is_(None),
        Customer.merged_into.is_(None),
        older(Customer.closed_at, rule, now),
        ~asked,
    )


def erase(session: Session, ids: Sequence[UUID], now: datetime) -> None:
    """Have everything about these customers erased, as if they had asked for it."""
    for customer_id in ids:
        make_request(session, customer_id, "erase", None, now=now)


def preferences(rule: Rule, now: datetime) -> Select[Any]:
    """Customers with tags or custom values, without contact since or against their will."""
    a = CustomerActivity
    last = func.coalesce(a.last_at, Customer.created_at)
    return (
        select(Customer.id)
        .outerjoin(a, a.customer_id == Customer.id)
        .where(
            or_(func.cardinality(Customer.tags) > 0, Customer.custom != {}),
            Customer.erased_at.is_(None),
            or_(older(last, rule, now), withdrawn(rule, Customer.id)),
        )
    )


def clear_preferences(session: Session, ids: Sequence[UUID], now: datetime) -> None:
    """Take tags and custom values away, from the history too."""
    c, a = CUSTOMERS.c, AuditEntry
    gone = {"tags": [], "custom": {}, "updated_at": now, "version": c.version + 1}
    session.execute(update(CUSTOMERS).where(c.id.in_(ids)).values(gone))
    about = [str(one) for one in ids]
    session.execute(
        update(a)
        .where(a.subject_kind == "customer", a.subject_id.in_(about))
        .values(before=_without_preferences(a.before), after=_without_preferences(a.after)),
        execution_options={"synchronize_session": False},
    )
    for customer_id in ids:
        announce_change(session, customer_id, ("custom", "tags"))
        after = {"cleared": ["custom", "tags"]}
        audit.record(session, CLEARED, ("customer", customer_id), after=after)


def _without_preferences(column: Any) -> ColumnElement[Any]:
    """A stored side of an audit entry, less tags and custom values."""
    names = cast(array(["tags", "custom"]), ARRAY(Text))
    less: ColumnElement[Any] = column.op("-", return_type=column.type)(names)
    return less


def trade_texts(rule: Rule, now: datetime) -> Select[Any]:
    """Old purchases and returns with texts; what was bought and for how much stays."""
    t = Touchpoint
    return select(t.id).where(t.kind.in_(_TRADE), _HAS_TEXT, older(t.occurred_at, rule, now))


def contact_texts(rule: Rule, now: datetime) -> Select[Any]:
    """Other touchpoints with texts, old or against the customer's will."""
    t = Touchpoint
    unwanted = or_(older(t.occurred_at, rule, now), withdrawn(rule, t.customer_id))
    return select(t.id).where(t.kind.not_in(_TRADE), _HAS_TEXT, unwanted)


def clear_texts(session: Session, ids: Sequence[UUID], now: datetime) -> None:
    """Take subject and note of touchpoints away, from the history too."""
    t, a = Touchpoint, AuditEntry
    gone = {"subject": None, "note": None, "customer_hint": None}
    session.execute(
        update(t).where(t.id.in_(ids)).values(**gone, updated_at=now, version=t.version + 1),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(a)
        .where(a.subject_kind == "touchpoint", a.subject_id.in_([str(one) for one in ids]))
        .values(before=None, after=None),
        execution_options={"synchronize_session": False},
    )


def old_messages(rule: Rule, now: datetime) -> Select[Any]:
    """Old messages that are over and still have a text."""
    m = Message
    over = m.state.in_(("sent", "failed", "refused", "unknown"))
    return select(m.id).where(over, m.body != "", older(m.created_at, rule, now))


def clear_messages(session: Session, ids: Sequence[UUID], _now: datetime) -> None:
    """Take the texts and addresses of messages away."""
    blank = update(Message).where(Message.id.in_(ids)).values(dict(RULES["messages"].blank))
    session.execute(blank, execution_options={"synchronize_session": False})
