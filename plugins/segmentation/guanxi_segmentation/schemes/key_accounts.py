"""Key accounts (重点客户): by a segment or a class as the settings say, or by hand with reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    false,
    func,
    select,
)
from sqlalchemy.orm import Session

from guanxi.sdk import CustomerChanged, Invalid, append, record, write_context
from guanxi_segmentation.membership.locking import lock_states
from guanxi_segmentation.models import ClassStay, KeyAccount, Scheme, SchemeClass, State
from guanxi_segmentation.setting_lines import KeyAccountRule, parse_key_account
from guanxi_segmentation.texts import N_

LONGEST_REASON: Final = 500
ATTRIBUTE: Final = "segmentation.key_account"


def mark(
    session: Session, customer_id: UUID, *, is_key: bool, reason: str, now: datetime
) -> KeyAccount:
    """Say by hand whether a customer is a key account; it wins over the settings.

    :raises Invalid: there is no reason, or it is too long.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Invalid(
            N_("Say why, in at most %(most)s characters."),
            most=LONGEST_REASON,
            fields={"reason": [reason[:80]]},
        )
    lock_states(session, [customer_id])
    found = session.get(KeyAccount, customer_id)
    before = _told(found)
    if found is None:
        found = KeyAccount(customer_id=customer_id)
        session.add(found)
    found.is_key, found.reason, found.at = is_key, reason, now
    found.actor_name = write_context(session).actor.name
    session.flush()
    _changed(session, customer_id, before, _told(found))
    return found


def unmark(session: Session, customer_id: UUID) -> None:
    """Forget what was said by hand; the settings decide again."""
    lock_states(session, [customer_id])
    found = session.get(KeyAccount, customer_id)
    if found is not None:
        session.delete(found)
        session.flush()
        _changed(session, customer_id, _told(found), {})


def source(session: Session, text: str) -> FromClause:
    """Return everybody who is a key account or was decided on by hand, with ``is_key``.

    :param text: the setting ``key_account_by``.
    """
    by_rule = _by_rule(session, parse_key_account(text)).subquery("by_rule")
    by_hand = KeyAccount.__table__
    is_key: ColumnElement[Any] = func.coalesce(by_hand.c.is_key, by_rule.c.customer_id.is_not(None))
    return (
        select(
            func.coalesce(by_hand.c.customer_id, by_rule.c.customer_id).label("customer_id"),
            is_key.label("is_key"),
        )
        .select_from(by_hand)
        .outerjoin(by_rule, by_rule.c.customer_id == by_hand.c.customer_id, full=True)
        .subquery("key_accounts")
    )


def _by_rule(session: Session, rule: KeyAccountRule) -> Select[Any]:
    if rule.segment is not None:
        return select(State.customer_id).where(State.segments.contains([rule.segment]))
    found = session.scalars(
        select(SchemeClass.id)
        .join(Scheme, Scheme.id == SchemeClass.scheme_id)
        .where(Scheme.key == rule.scheme, SchemeClass.key == rule.member)
    ).one_or_none()
    query = select(ClassStay.customer_id)
    if found is None:
        return query.where(false())
    return query.where(ClassStay.class_id == found, ClassStay.left_at.is_(None))


def _changed(
    session: Session, customer_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    subject = ("customer", customer_id)
    record(session, "segmentation.key_account", subject, before=before, after=after)
    append(session, CustomerChanged(customer_id=customer_id, fields=(ATTRIBUTE,)))


def _told(found: KeyAccount | None) -> dict[str, Any]:
    return {} if found is None else {"is_key": found.is_key, "reason": found.reason}
